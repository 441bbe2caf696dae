import { philox4x32Into } from '@ohmlight/contracts';

/**
 * Keys and counters of static error: Philox-4x32-10 under the chip seed. Dynamic draws are in draws/dynamic.ts.
 *
 * | draw | counter words 0 … 3 |
 * |---|---|
 * | of a cell | matrix hash (low 32), matrix hash (next 24)·256 + 48, input, column |
 * | of a column's periphery | matrix hash (low 32), matrix hash (next 24)·256 + 64, 0, column |
 *
 * Columns and inputs are those of the whole matrix. The low byte of word 1 sets the domains apart, from each other
 * and from the other users of a seed, which leave it 0.
 */
const DOMAIN = { cell: 48, column: 64 } as const;

/** Low and high word of a 64-bit seed. */
export function seedWords(seed: bigint): [number, number] {
  return [Number(seed & 0xffff_ffffn), Number((seed >> 32n) & 0xffff_ffffn)];
}

/** Draws of static error: four words for each cell of a matrix on one chip. */
export interface StaticSource {
  /** Words 0 and 1 of a cell's counter, and the two of the key: what draws in bulk start from. */
  readonly words: readonly [number, number, number, number];
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
    words: [word0, word1 | DOMAIN.cell, low, high],
    cell(words, input, column) {
      philox4x32Into(words, 0, word0, word1 | DOMAIN.cell, input, column, low, high);
    },
    column(words, column) {
      philox4x32Into(words, 0, word0, word1 | DOMAIN.column, 0, column, low, high);
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
