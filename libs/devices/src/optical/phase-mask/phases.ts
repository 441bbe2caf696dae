import { exp } from '@ohmlight/tile-engine';
import { cosine, sine } from '../common/angles.js';

/**
 * Weights w = cos φ at the phases φ = π·c/2^b, c = 0 … 2^b − 1, that a mask of b bits has: the nearest in phase.
 * rms error (π/2^b)/√12·√⟨1 − w²⟩.
 */
export class PhaseLevels {
  readonly #levels: Float64Array;
  /** Cosines halfway between neighbouring levels, falling. */
  readonly #halfway: Float64Array;
  /** Of 4·2^b + 1 places from w = 1 down to −1: how many cosines lie above. */
  readonly #above: Int32Array;
  readonly #perWeight: number;

  constructor(bits: number) {
    const count = 2 ** bits;
    this.#levels = Float64Array.from({ length: count }, (_, c) => cosine((Math.PI * c) / count));
    this.#halfway = Float64Array.from({ length: count - 1 }, (_, c) => cosine((Math.PI * (c + 0.5)) / count));
    this.#perWeight = 2 * count;
    let above = 0;
    this.#above = Int32Array.from({ length: 4 * count + 1 }, (_, place) => {
      while (above < count - 1 && this.#halfway[above]! > 1 - place / this.#perWeight) above++;
      return above;
    });
  }

  nearest(w: number): number {
    const last = this.#above.length - 1;
    const place = Math.ceil((1 - w) * this.#perWeight);
    // The difference may have been rounded to a place, or over it.
    let low = this.#above[place < 2 ? 0 : place > last ? last : place - 2]!;
    let high = this.#above[place < 0 ? 0 : place >= last ? last : place + 1]!;
    // A search over all levels would mispredict a branch for each bit.
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#halfway[middle]! > w) low = middle + 1;
      else high = middle;
    }
    return this.#levels[low]!;
  }
}

/** cos(φ + δ) − cos φ of w = cos φ, 0 ≤ φ ≤ π; 0 for δ = 0. First order in δ: −δ·√(1 − w²). */
export const phaseShift = (w: number, delta: number): number =>
  delta === 0 ? 0 : w * (cosine(delta) - 1) - Math.sqrt(Math.max(0, 1 - w * w)) * sine(delta);

/** Mean of cos(φ + σξ) over cos φ: e^(−σ²/2). */
export const jitterGain = (sigma: number): number => (sigma === 0 ? 1 : exp((-sigma * sigma) / 2));

/**
 * The law of the variance of cos(φ + σξ) of a Gaussian phase error, from w = cos φ: ½(1 + e^(−2σ²)·cos 2φ) − w²·e^(−σ²), which is
 * σ²·(1 − w²) for small σ.
 */
export function jitterVariance(sigma: number): (w: number) => number {
  const s = sigma * sigma;
  const [twice, once] = [exp(-2 * s), exp(-s)];
  return (w) => Math.max(0, 0.5 * (1 + twice * (2 * w * w - 1)) - w * w * once);
}
