import { type StaticKey, staticKey, threefry } from '@ohmlight/devices/electronic';
import { cosKernel, gaussian, sinKernel } from '@ohmlight/tile-engine';

/** Domain of the lab's draws, beside those of `cell-draws.ts`. */
const LAB = 112;

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
