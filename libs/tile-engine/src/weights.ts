import { refuse } from './check-readout.js';
import { checkWeights } from './checks.js';
import type { TileProgram } from './engine.js';

/**
 * Weights in cells of few levels, where all cells of a column in a tile that hold one digit stand for one weight: the
 * cell of slice s holds the digit (code >> s·bits) & (2^bits − 1) of its weight's code.
 */
export interface DigitWeights {
  /** Bits of a digit, 1 to MOST_DIGIT_BITS. */
  readonly bits: number;
  /** Codes of 16 bits, n × k row-major. */
  readonly codes: Uint16Array;
  /** Effective weight of a cell by its digit, static error included, n × tiles × slices × 2^bits. */
  readonly values: Float32Array;
}

/** Effective weights one by one, slices × n × k row-major, or by their digits. */
export type Weights = Float32Array | DigitWeights;

/** A digit's values are looked up in one register. */
export const MOST_DIGIT_BITS = 4;
const CODE_BITS = 16;

export const areDigits = (weights: Weights): weights is DigitWeights => !(weights instanceof Float32Array);

/** @throws OhmlightError `invalid_shard` when the weights do not fit their matrix or one is not finite. */
export function checkTileWeights({ k, n, tileRows, slices = 1, weights }: TileProgram<Weights>): void {
  if (!areDigits(weights)) {
    checkWeights(weights, k, n * slices);
    return;
  }
  const { bits, codes, values } = weights;
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= MOST_DIGIT_BITS && (slices - 1) * bits < CODE_BITS))
    throw refuse(
      `${slices} digits of ${bits} bits are not 1 to ${MOST_DIGIT_BITS} bits each of a code of ${CODE_BITS}`,
    );
  if (codes.length !== k * n) throw refuse(`${n} × ${k} weights take ${n * k} codes, not ${codes.length}`);
  checkWeights(values, (slices * Math.ceil(k / tileRows)) << bits, n);
}

/** Effective weights one by one, slices × n × k. */
export function effectiveWeights({ k, n, tileRows, slices = 1, weights }: TileProgram<Weights>): Float32Array {
  if (!areDigits(weights)) return weights;
  const { bits, codes, values } = weights;
  const tiles = Math.ceil(k / tileRows);
  const top = 2 ** bits - 1;
  const out = new Float32Array(slices * n * k);
  for (let slice = 0, at = 0; slice < slices; slice++)
    for (let column = 0; column < n; column++)
      for (let input = 0; input < k; input++, at++) {
        const digit = (codes[column * k + input]! >> (slice * bits)) & top;
        const tile = Math.floor(input / tileRows);
        out[at] = values[(((column * tiles + tile) * slices + slice) << bits) + digit]!;
      }
  return out;
}
