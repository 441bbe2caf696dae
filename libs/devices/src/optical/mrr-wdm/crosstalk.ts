/**
 * Part of channel j's light that the ring of channel k takes, N channels over a free spectral range:
 * X = 1/(1 + (2(j − k)Δ/FWHM)²), Δ/FWHM = finesse/N; 0 for its own. Resonances repeat, so that distances count around.
 */
export function leak(distance: number, channels: number, finesse: number): number {
  if (distance === 0) return 0;
  const around = Math.min(Math.abs(distance), channels - Math.abs(distance));
  return 1 / (1 + ((2 * around * finesse) / channels) ** 2);
}

/** Sum of what the other N − 1 rings take of a channel. */
export function leakSum(channels: number, finesse: number): number {
  let sum = 0;
  for (let distance = 1; distance < channels; distance++) sum += leak(distance, channels, finesse);
  return sum;
}

/** The light of a bank's other channels that each of its rings takes. */
export class Leaks {
  /** By distance, −(N − 1) … N − 1. */
  readonly #parts: Float64Array;
  readonly #taken: Float64Array;
  readonly #weights: Float64Array;

  /** @param part of a channel's light that a ring takes, by their distance, 0 … `channels` − 1 */
  constructor(channels: number, part: (distance: number) => number) {
    this.#parts = Float64Array.from({ length: 2 * channels - 1 }, (_, at) => part(Math.abs(at - channels + 1)));
    this.#taken = new Float64Array(channels);
    this.#weights = new Float64Array(channels);
  }

  /** Adds Σ_other part·(level + error) to the error of each of `count` rings, over ascending channels. */
  addTo(errors: Float64Array, levels: Float64Array, count: number): void {
    const parts = this.#parts;
    const taken = this.#taken;
    const weights = this.#weights;
    for (let i = 0; i < count; i++) weights[i] = levels[i]! + errors[i]!;
    const own = (parts.length - 1) / 2;
    let i = 0;
    // Four rings at a time, as each addition waits for the one before it.
    for (; i + 4 <= count; i += 4) {
      let a = errors[i]!;
      let b = errors[i + 1]!;
      let c = errors[i + 2]!;
      let d = errors[i + 3]!;
      for (let other = 0, at = own - i; other < count; other++, at++) {
        const weight = weights[other]!;
        a += parts[at]! * weight;
        b += parts[at - 1]! * weight;
        c += parts[at - 2]! * weight;
        d += parts[at - 3]! * weight;
      }
      taken[i] = a;
      taken[i + 1] = b;
      taken[i + 2] = c;
      taken[i + 3] = d;
    }
    for (; i < count; i++) {
      let sum = errors[i]!;
      for (let other = 0, at = own - i; other < count; other++, at++) sum += parts[at]! * weights[other]!;
      taken[i] = sum;
    }
    for (let at = 0; at < count; at++) errors[at] = taken[at]!;
  }
}
