import { type StaticKey, staticKey, threefry } from '@ohmlight/devices/electronic';
import { gaussian } from '@ohmlight/tile-engine';

/** Domain of these draws, beside those of the cells and of the lab. */
const VALIDATION = 113;

/** Operands under a name, by counter: the same on every machine and in any order. */
export class Draws {
  readonly #key: StaticKey;
  readonly #words = new Uint32Array(4);

  constructor(name: string) {
    this.#key = staticKey(1n, name, VALIDATION);
  }

  /** Standard normals, cut at ±clip, times `scale`. */
  normals(count: number, { scale = 1, clip = Infinity }: { scale?: number; clip?: number } = {}): Float32Array {
    return Float32Array.from({ length: count }, (_, i) => {
      threefry(this.#words, this.#key, i, 0, 0, 0);
      return scale * Math.max(-clip, Math.min(clip, gaussian(this.#words[0]!, this.#words[1]!)));
    });
  }

  /** Uniform in (−1, 1). */
  uniforms(count: number): Float32Array {
    return Float32Array.from({ length: count }, (_, i) => {
      threefry(this.#words, this.#key, i, 0, 0, 1);
      return (2 * (this.#words[0]! + 0.5)) / 2 ** 32 - 1;
    });
  }
}

/** Rows of x, each with a seed and a position of its own. */
export const batchOf = (x: Float32Array, rows: number) => ({
  rows,
  x,
  seeds: BigUint64Array.from({ length: rows }, (_, row) => BigInt(1 + row)),
  positions: Uint32Array.from({ length: rows }, (_, row) => row),
});
