import { OPERATIONS, philox4x32Into } from '@ohmlight/contracts';
import type { NoiseKey } from './engine.js';

/**
 * Keys and counters of every draw. The value of a draw depends on what it is for, never on which process, batch,
 * shard or attempt asks for it.
 *
 * | draw | key | counter words 0 … 3 |
 * |---|---|---|
 * | dynamic, Gaussian | request seed | position, layer·256 + domain·16 + operation, tile, column ÷ 4 |
 * | dynamic, detector counts | request seed | position, layer·256 + domain·16 + operation, tile, column |
 * | static | chip seed | matrix hash (low 32), matrix hash (next 24)·256 + domain·16, input, column |
 *
 * Columns and inputs are those of the whole matrix. The low byte of word 1 sets the domains apart, from each other
 * and from the other users of a request's seed, which leave it 0 or draw with words beyond its range.
 */
export const DOMAIN = { gaussian: 1, counts: 2, cell: 3, column: 4 } as const;

const operationIndex = new Map(OPERATIONS.map((operation, i) => [operation, i]));

/** Word 1 of the dynamic draws of a matrix. */
export function dynamicWord({ layer, operation }: NoiseKey, domain: number): number {
  return (layer << 8) | (domain << 4) | operationIndex.get(operation)!;
}

/** Low and high word of a 64-bit seed. */
export function seedWords(seed: bigint): [number, number] {
  return [Number(seed & 0xffff_ffffn), Number((seed >> 32n) & 0xffff_ffffn)];
}

/** Draws of static error: four words for each cell of a matrix on one chip. */
export interface StaticSource {
  /** Writes the four words of (input, column) to `words`. */
  cell(words: Uint32Array, input: number, column: number): void;
  /** Writes the four words of a column's periphery to `words`. */
  column(words: Uint32Array, column: number): void;
}

/** The static draws of a matrix, named by its checkpoint, layer and operation, on the chip of a seed. */
export function staticSource(chipSeed: bigint, matrix: string): StaticSource {
  const [low, high] = seedWords(chipSeed);
  const hash = fnv1a(matrix);
  const word0 = Number(hash & 0xffff_ffffn);
  const word1 = Number((hash >> 32n) & 0xff_ffffn) << 8;
  return {
    cell(words, input, column) {
      philox4x32Into(words, 0, word0, word1 | (DOMAIN.cell << 4), input, column, low, high);
    },
    column(words, column) {
      philox4x32Into(words, 0, word0, word1 | (DOMAIN.column << 4), 0, column, low, high);
    },
  };
}

/** FNV-1a over the UTF-8 bytes, 64 bit. */
function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  return hash;
}
