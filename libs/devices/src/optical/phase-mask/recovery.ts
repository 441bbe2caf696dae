import { cosine, sine } from '../common/angles.js';

/** A complex amplitude, in √photons. */
export interface Amplitude {
  readonly re: number;
  readonly im: number;
}

/** What a detector sees of light: |E|². */
export const intensity = ({ re, im }: Amplitude): number => re * re + im * im;

/** S = Σ_j x_j·e^{iφ_j}: what a row of the mask sends to its output. */
export function interference(x: ArrayLike<number>, phases: ArrayLike<number>): Amplitude {
  let re = 0;
  let im = 0;
  for (let j = 0; j < x.length; j++) {
    re += x[j]! * cosine(phases[j]!);
    im += x[j]! * sine(phases[j]!);
  }
  return { re, im };
}

/** Means of the counts of both ports of a 50:50 coupler with the reference R: |S ± R|²/2. */
export const balancedPorts = (s: Amplitude, reference: number): readonly [number, number] => [
  intensity({ re: s.re + reference, im: s.im }) / 2,
  intensity({ re: s.re - reference, im: s.im }) / 2,
];
/** Re S = (n₁ − n₂)/(2R), of variance (|S|² + R²)/(4R²). */
export const fromBalanced = (n1: number, n2: number, reference: number): number => (n1 - n2) / (2 * reference);

/** Exposures at reference phases 0, π/2, π, 3π/2, at one port: |S + R·e^{iψ}|²/2. */
export const fourSteps = (s: Amplitude, reference: number): readonly [number, number, number, number] => [
  intensity({ re: s.re + reference, im: s.im }) / 2,
  intensity({ re: s.re, im: s.im + reference }) / 2,
  intensity({ re: s.re - reference, im: s.im }) / 2,
  intensity({ re: s.re, im: s.im - reference }) / 2,
];
/** Re S = (I₀ − I_π)/(2R), Im S = (I_π/2 − I_3π/2)/(2R). */
export const fromFourSteps = (
  [i0, i1, i2, i3]: readonly [number, number, number, number],
  reference: number,
): Amplitude => ({ re: (i0 - i2) / (2 * reference), im: (i1 - i3) / (2 * reference) });

/** Exposures without a reference beam: both, the inputs alone, an anchor input of amplitude a alone. */
export const threeExposures = (s: Amplitude, anchor: number): readonly [number, number, number] => [
  intensity({ re: s.re + anchor, im: s.im }),
  intensity(s),
  anchor * anchor,
];
/** Re S = (|S + a|² − |S|² − a²)/(2a), of variance (2|S|² + 2a² + 2a·Re S)/(4a²). */
export const fromThreeExposures = ([both, inputs, alone]: readonly [number, number, number], anchor: number): number =>
  (both - inputs - alone) / (2 * anchor);
