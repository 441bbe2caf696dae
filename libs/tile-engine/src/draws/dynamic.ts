import { OPERATIONS } from '@ohmlight/contracts';
import type { NoiseKey } from '../engine.js';
import { poisson } from '../noise.js';
import { normalPair } from './normal.js';
import { threefry4x32Into } from './threefry.js';

/**
 * Dynamic draws: Threefry-4x32 under the key (seed low, seed high, position, layer·256 + operation). A draw's value
 * depends on what it is for, never on which process, batch, shard, thread or attempt asks for it.
 *
 * | draw | counter words 0 … 2; word 3 is 0 |
 * |---|---|
 * | Gaussian of an output | column group, reading, GAUSSIAN |
 * | detector counts of an output | column, reading, COUNTS |
 * | DAC rounding of an input | input group, 0, ROUNDING |
 * | Gaussian of a chain's stage | hidden group, 0, STAGE |
 *
 * A reading is (pass·slices + slice)·tiles + tile. Word 2 has the number of the bound-management round in bits 8 and
 * up, and SECOND added for a chain's second matrix. A group is 32 neighbouring columns' eight counters: column c
 * takes word (c ÷ 8) mod 4 of counter (c ÷ 32)·8 + c mod 8; Gaussians come in pairs, from words 0 and 1 and from
 * words 2 and 3. Columns and inputs are those of the whole matrix.
 */
export const STREAM = { gaussian: 0, counts: 1, rounding: 2, stage: 3 } as const;
export const SECOND = 4;

export type DrawKey = readonly [number, number, number, number];

const operationIndex = new Map(OPERATIONS.map((operation, i) => [operation, i]));

/** Word 3 of the key: which matrix. */
export const matrixWord = ({ layer, operation }: NoiseKey): number => (layer << 8) | operationIndex.get(operation)!;

export function drawKey(seed: bigint, position: number, word: number): DrawKey {
  return [Number(seed & 0xffff_ffffn), Number((seed >> 32n) & 0xffff_ffffn), position, word];
}

/** Counter of the group of column `c`. */
export const groupOf = (c: number): number => (c >>> 5) * 8 + (c & 7);

const words = new Uint32Array(4);
const normals = new Float32Array(4);

/** The standard normal of a column. */
export function columnNormal(key: DrawKey, column: number, reading: number, stream: number): number {
  threefry4x32Into(words, [groupOf(column), reading, stream, 0], key);
  normalPair(normals, 0, words[0]!, words[1]!);
  normalPair(normals, 2, words[2]!, words[3]!);
  return normals[(column >>> 3) & 3]!;
}

/** A uniform number in [0, 1) with 24 bits, for the DAC rounding of an input. */
export function inputUniform(key: DrawKey, input: number, stream: number): number {
  threefry4x32Into(words, [groupOf(input), 0, stream, 0], key);
  return (words[(input >>> 3) & 3]! >>> 8) * 2 ** -24;
}

/** Counts of two detectors with means `plus` and `minus`: Poisson below `poissonBelow`, Gaussian from there on. */
export function detectorCounts(
  key: DrawKey,
  column: number,
  reading: number,
  stream: number,
  plus: number,
  minus: number,
  poissonBelow: number,
): readonly [number, number] {
  threefry4x32Into(words, [column, reading, stream, 0], key);
  return [count(plus, poissonBelow, words[0]!, words[1]!), count(minus, poissonBelow, words[2]!, words[3]!)];
}

function count(mean: number, poissonBelow: number, word0: number, word1: number): number {
  if (mean < poissonBelow) return poisson(mean, word0, word1);
  normalPair(normals, 0, word0, word1);
  return mean + Math.sqrt(mean) * normals[0]!;
}
