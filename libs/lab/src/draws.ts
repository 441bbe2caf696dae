import { type StaticKey, staticKey, threefry } from '@ohmlight/devices/electronic';
import { cosKernel, gaussian, poisson, sinKernel } from '@ohmlight/tile-engine';

/** Domain of the lab's draws, beside those of `cell-draws.ts`. */
const LAB = 112;

/** Largest mean whose counts are drawn from the Poisson law: above, its CDF is within 0.003 of the Gaussian's. */
const POISSON_MOST = 500;

/** Draws under a seed and a name, by counter: whatever the order in which they are asked for. */
export class Draws {
  readonly #key: StaticKey;
  readonly #words = new Uint32Array(4);

  constructor(seed: bigint, name: string) {
    this.#key = staticKey(seed, name, LAB);
  }

  /** A standard normal. */
  normal(a: number, b = 0, c = 0): number {
    threefry(this.#words, this.#key, a, b, c, 0);
    return gaussian(this.#words[0]!, this.#words[1]!);
  }

  /** Uniform in (0, 1). */
  uniform(a: number, b = 0, c = 0): number {
    threefry(this.#words, this.#key, a, b, c, 1);
    return (this.#words[0]! + 0.5) / 2 ** 32;
  }

  /** Photons of a detector that expects `mean` of them. */
  count(mean: number, a: number, b = 0, c = 0): number {
    threefry(this.#words, this.#key, a, b, c, 2);
    const [first, second] = [this.#words[0]!, this.#words[1]!];
    if (mean <= POISSON_MOST) return poisson(mean, first, second);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(first, second)));
  }
}

/** Cosine and sine of 2π·turns out of arithmetic that is the same on every machine. */
export function unitVector(turns: number): readonly [number, number] {
  const quarters = Math.round(turns * 4);
  const rest = (turns - quarters / 4) * 2 * Math.PI;
  const [c, s] = [cosKernel(rest), sinKernel(rest)];
  switch (((quarters % 4) + 4) % 4) {
    case 0:
      return [c, s];
    case 1:
      return [-s, c];
    case 2:
      return [-c, -s];
    default:
      return [s, -c];
  }
}
