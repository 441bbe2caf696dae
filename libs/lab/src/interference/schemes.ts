import {
  type Amplitude,
  balancedPorts,
  fourSteps,
  fromBalanced,
  fromFourSteps,
  fromThreeExposures,
  intensity,
  threeExposures,
} from '@ohmlight/devices/optical';

/** One way of getting Re S out of intensities; amplitudes are in √photons, variances in photons. */
export interface Scheme {
  /** As the profile `phase-mask` names it. */
  readonly name: 'balanced' | 'four-step' | 'three-exposure';
  readonly title: string;
  /** Exposures, each with light of its own, and how often the inputs and the reference shine in them. */
  readonly exposures: number;
  readonly shines: number;
  /** Means of all counts. */
  counts(s: Amplitude, reference: number): readonly number[];
  /** Re S of counts. */
  recover(counts: readonly number[], reference: number): number;
  /** Variance of Re S under shot noise. */
  variance(s: Amplitude, reference: number): number;
}

/** (|S|² + R²)/(4R²). */
const halved = (s: Amplitude, reference: number): number =>
  (intensity(s) + reference * reference) / (4 * reference * reference);

export const SCHEMES: readonly Scheme[] = [
  {
    name: 'balanced',
    title: 'balanced, against a reference',
    exposures: 1,
    shines: 1,
    counts: balancedPorts,
    recover: ([one, two], reference) => fromBalanced(one!, two!, reference),
    variance: halved,
  },
  {
    name: 'four-step',
    title: 'four phase steps, one detector',
    exposures: 4,
    shines: 4,
    counts: fourSteps,
    recover: ([a, b, c, d], reference) => fromFourSteps([a!, b!, c!, d!], reference).re,
    variance: halved,
  },
  {
    name: 'three-exposure',
    title: 'three exposures, no reference beam',
    exposures: 3,
    shines: 2,
    counts: threeExposures,
    recover: ([both, inputs, alone], anchor) => fromThreeExposures([both!, inputs!, alone!], anchor),
    variance: (s, anchor) => (2 * intensity(s) + 2 * anchor * anchor + 2 * anchor * s.re) / (4 * anchor * anchor),
  },
];
