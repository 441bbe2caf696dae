import { refuse } from './check-readout.js';
import { checkWeights, firstNotFinite } from './checks.js';
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

/** Weights that are found as they are stored, so that no more than a few columns' are held at a time. */
export interface ColumnWeights {
  /**
   * Writes the effective weights of the columns first … first + count − 1, slices × count × k row-major, static error
   * included. It is called while the tiles are programmed, and never afterwards; `into` holds anything before.
   */
  write(into: Float32Array, first: number, count: number): void;
}

/** Effective weights one by one, slices × n × k row-major, by their digits, or a few columns at a time. */
export type Weights = Float32Array | DigitWeights | ColumnWeights;

/** A digit's values are looked up in one register. */
export const MOST_DIGIT_BITS = 4;
const CODE_BITS = 16;

export const areDigits = (weights: Weights): weights is DigitWeights => 'codes' in weights;
export const areColumns = (weights: Weights): weights is ColumnWeights => 'write' in weights;

/**
 * @throws OhmlightError `invalid_shard` when the weights do not fit their matrix or one is not finite; those that come a
 *   few columns at a time are checked by `writeColumns`.
 */
export function checkTileWeights({ k, n, tileRows, slices = 1, weights }: TileProgram<Weights>): void {
  if (areColumns(weights)) return;
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

/**
 * Writes the weights of a few columns.
 * @throws OhmlightError `invalid_shard` when one is not finite.
 */
export function writeColumns(weights: ColumnWeights, into: Float32Array, first: number, count: number): void {
  weights.write(into, first, count);
  const at = firstNotFinite(into);
  if (at >= 0)
    throw refuse(`a weight of columns ${first} to ${first + count - 1} is ${into[at]}; weights must be finite`);
}

/**
 * Effective weights one by one, slices × n × k.
 * @throws OhmlightError `invalid_shard` as `writeColumns` does.
 */
export function effectiveWeights({ k, n, tileRows, slices = 1, weights }: TileProgram<Weights>): Float32Array {
  if (areColumns(weights)) {
    const all = new Float32Array(slices * n * k);
    writeColumns(weights, all, 0, n);
    return all;
  }
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
