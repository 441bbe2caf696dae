import { bulk, BULK_CELLS, drawNormals } from './bulk.js';
import { NORMALS } from './normal-table.js';

/**
 * Draws of static error, fixed for a chip: Threefry-4x32-13 under the key (chip seed low, chip seed high, matrix hash
 * low, matrix hash next 24 bit · 256 + domain).
 *
 * | draw | domain | counter words 0 … 3 |
 * |---|---|---|
 * | normals of the cells of two inputs | 48 | input ÷ 2, column, slice, 0 |
 * | uniforms of a column's faults | 80 | draw, column, slice, 0 |
 * | pulses of a sample device | 96 | pulse ÷ 8, device, target, 0 |
 *
 * Inputs and columns are those of the whole matrix, so a shard has the cells of the matrix it is part of.
 */
export const DOMAIN = { cells: 48, faults: 80, loop: 96 } as const;

export type StaticKey = readonly [number, number, number, number];

/** Normals of a cell: programming error of its first and second device, then their drift. */
export const NORMALS_PER_CELL = 4;

/** FNV-1a over the UTF-8 bytes, 64 bit. */
function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffff_ffff_ffff_ffffn;
  return hash;
}

/** Key of a matrix on the chip of a seed. */
export function staticKey(chipSeed: bigint, matrix: string, domain: number): StaticKey {
  const hash = fnv1a(matrix);
  return [
    Number(chipSeed & 0xffff_ffffn),
    Number((chipSeed >> 32n) & 0xffff_ffffn),
    Number(hash & 0xffff_ffffn),
    (Number((hash >> 32n) & 0xff_ffffn) << 8) | domain,
  ];
}

/** Four words of Threefry-4x32-13 (Salmon et al., SC 2011), its rounds written out: a shard takes a word per device. */
export function threefry(out: Uint32Array, key: StaticKey, c0: number, c1: number, c2: number, c3: number): void {
  const k0 = key[0] | 0;
  const k1 = key[1] | 0;
  const k2 = key[2] | 0;
  const k3 = key[3] | 0;
  const k4 = 0x1bd11bda ^ k0 ^ k1 ^ k2 ^ k3;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  let x2 = (c2 + k2) | 0;
  let x3 = (c3 + k3) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
  x2 = (x2 + x3) | 0;
  x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
  x0 = (x0 + x3) | 0;
  x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
  x2 = (x2 + x1) | 0;
  x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x2 = (x2 + x3) | 0;
  x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
  x0 = (x0 + x3) | 0;
  x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
  x2 = (x2 + x1) | 0;
  x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2) | 0;
  x2 = (x2 + k3) | 0;
  x3 = (x3 + k4 + 1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x2 = (x2 + x3) | 0;
  x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
  x0 = (x0 + x3) | 0;
  x3 = ((x3 << 17) | (x3 >>> 15)) ^ x0;
  x2 = (x2 + x1) | 0;
  x1 = ((x1 << 11) | (x1 >>> 21)) ^ x2;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 25) | (x1 >>> 7)) ^ x0;
  x2 = (x2 + x3) | 0;
  x3 = ((x3 << 10) | (x3 >>> 22)) ^ x2;
  x0 = (x0 + x3) | 0;
  x3 = ((x3 << 18) | (x3 >>> 14)) ^ x0;
  x2 = (x2 + x1) | 0;
  x1 = ((x1 << 20) | (x1 >>> 12)) ^ x2;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k3) | 0;
  x2 = (x2 + k4) | 0;
  x3 = (x3 + k0 + 2) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 10) | (x1 >>> 22)) ^ x0;
  x2 = (x2 + x3) | 0;
  x3 = ((x3 << 26) | (x3 >>> 6)) ^ x2;
  x0 = (x0 + x3) | 0;
  x3 = ((x3 << 11) | (x3 >>> 21)) ^ x0;
  x2 = (x2 + x1) | 0;
  x1 = ((x1 << 21) | (x1 >>> 11)) ^ x2;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x2 = (x2 + x3) | 0;
  x3 = ((x3 << 27) | (x3 >>> 5)) ^ x2;
  x0 = (x0 + x3) | 0;
  x3 = ((x3 << 23) | (x3 >>> 9)) ^ x0;
  x2 = (x2 + x1) | 0;
  x1 = ((x1 << 5) | (x1 >>> 27)) ^ x2;
  x0 = (x0 + k3) | 0;
  x1 = (x1 + k4) | 0;
  x2 = (x2 + k0) | 0;
  x3 = (x3 + k1 + 3) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x2 = (x2 + x3) | 0;
  x3 = ((x3 << 20) | (x3 >>> 12)) ^ x2;
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

const words = new Uint32Array(4);

/** Cells whose normals are copied one by one: a view for less costs more than the copy. */
const FEW_CELLS = 32;

/** Writes the normals of a column's cells of inputs `start` … `end − 1` to `z`, NORMALS_PER_CELL for each. */
export function columnNormals(
  z: Float32Array,
  key: StaticKey,
  column: number,
  slice: number,
  start: number,
  end: number,
): void {
  const drawn = bulk().normals.values;
  for (let from = start; from < end; from += BULK_CELLS) {
    const cells = Math.min(BULK_CELLS, end - from);
    const at = drawNormals(key, column, slice, from, from + cells);
    const to = NORMALS_PER_CELL * (from - start);
    if (cells <= FEW_CELLS) for (let i = 0; i < NORMALS_PER_CELL * cells; i++) z[to + i] = drawn[at + i]!;
    else z.set(drawn.subarray(at, at + NORMALS_PER_CELL * cells), to);
  }
}

/** The same, a word at a time: what the kernel is held against. */
export function referenceNormals(
  z: Float32Array,
  key: StaticKey,
  column: number,
  slice: number,
  start: number,
  end: number,
): void {
  let at = 0;
  for (let pair = start >>> 1; pair * 2 < end; pair++) {
    threefry(words, key, pair, column, slice, 0);
    const last = Math.min(2, end - pair * 2) * 2;
    for (let word = 2 * pair < start ? 2 : 0; word < last; word++, at += 2) {
      z[at] = NORMALS[words[word]! & 0xffff]!;
      z[at + 1] = NORMALS[words[word]! >>> 16]!;
    }
  }
}
