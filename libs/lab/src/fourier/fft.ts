import { unitVector } from '../draws.js';

/** A complex field on a square of size × size places, row by row. */
export interface Plane {
  readonly size: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export const emptyPlane = (size: number): Plane => ({
  size,
  re: new Float64Array(size * size),
  im: new Float64Array(size * size),
});

/** Σ|f|² of a field: its light. */
export const energy = ({ re, im }: Plane): number =>
  re.reduce((sum, value, i) => sum + value * value + im[i]! * im[i]!, 0);

const bitReversed = (index: number, bits: number): number => {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit++) reversed |= ((index >> bit) & 1) << (bits - 1 - bit);
  return reversed;
};

/**
 * The unitary discrete Fourier transform of a power of two of values, F_u = Σ f_x·e^(−2πi·ux/n)/√n, in place (Cooley
 * and Tukey, radix 2). Its factors come from arithmetic that is the same on every machine, which no library promises.
 */
export class Fourier {
  readonly #size: number;
  readonly #order: Int32Array;
  /** e^(−2πi·t/n), t = 0 … n/2 − 1. */
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;

  constructor(size: number) {
    const bits = Math.log2(size);
    if (!Number.isInteger(bits) || size < 2) throw new RangeError(`a power of two from 2 on, not ${size}`);
    this.#size = size;
    this.#order = Int32Array.from({ length: size }, (_, i) => bitReversed(i, bits));
    this.#cos = Float64Array.from({ length: size / 2 }, (_, t) => unitVector(t / size)[0]);
    this.#sin = Float64Array.from({ length: size / 2 }, (_, t) => -unitVector(t / size)[1]);
  }

  /** `count` values from `start`, `step` apart. */
  line(re: Float64Array, im: Float64Array, start: number, step: number): void {
    const n = this.#size;
    const at = (i: number): number => start + i * step;
    for (let i = 0; i < n; i++) {
      const j = this.#order[i]!;
      if (j <= i) continue;
      [re[at(i)], re[at(j)]] = [re[at(j)]!, re[at(i)]!];
      [im[at(i)], im[at(j)]] = [im[at(j)]!, im[at(i)]!];
    }
    for (let half = 1; half < n; half *= 2)
      for (let first = 0; first < n; first += 2 * half)
        for (let t = 0; t < half; t++) {
          const [c, s] = [this.#cos[(t * n) / (2 * half)]!, this.#sin[(t * n) / (2 * half)]!];
          const [a, b] = [at(first + t), at(first + t + half)];
          const turnedRe = re[b]! * c - im[b]! * s;
          const turnedIm = re[b]! * s + im[b]! * c;
          re[b] = re[a]! - turnedRe;
          im[b] = im[a]! - turnedIm;
          re[a]! += turnedRe;
          im[a]! += turnedIm;
        }
    const scale = 1 / Math.sqrt(n);
    for (let i = 0; i < n; i++) {
      re[at(i)]! *= scale;
      im[at(i)]! *= scale;
    }
  }
}

/** What a lens makes of the field in its front focal plane, in its back focal plane: the unitary transform in both axes. */
export function lens({ size, re, im }: Plane): Plane {
  const transform = new Fourier(size);
  const out: Plane = { size, re: re.slice(), im: im.slice() };
  for (let row = 0; row < size; row++) transform.line(out.re, out.im, row * size, 1);
  for (let column = 0; column < size; column++) transform.line(out.re, out.im, column, size);
  return out;
}
