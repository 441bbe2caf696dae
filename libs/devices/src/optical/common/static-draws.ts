import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from '../../electronic/crossbar/cell-draws.js';
import type { ArrayWeights } from './tiles.js';

/** Slices of the cells' counter that name ports of an array: no array has as many slices of weights. */
const INPUTS = 0x100;
const OUTPUTS = 0x101;

/** Normals of an array's static error, fixed for chip, matrix, input and column. */
export interface StaticDraws {
  /** Of the cells of a column in inputs start … end − 1, `PER_CELL` for each, in a buffer that the next call reuses. */
  cells(column: number, start: number, end: number): Float32Array;
  /** Of the port of an input, and of that of an output (a column of the shard): `PER_CELL` of them. */
  input(index: number): Float32Array;
  output(column: number): Float32Array;
}

export const PER_CELL = NORMALS_PER_CELL;

export function staticDraws({ chipSeed, matrix, columnStart, k }: ArrayWeights): StaticDraws {
  const key = staticKey(chipSeed, matrix, DOMAIN.cells);
  const buffer = new Float32Array((k + 2) * PER_CELL);
  const port = (slice: number, index: number): Float32Array => {
    const z = new Float32Array(PER_CELL);
    columnNormals(z, key, 0, slice, index, index + 1);
    return z;
  };
  return {
    cells(column, start, end) {
      columnNormals(buffer, key, columnStart + column, 0, start, end);
      return buffer;
    },
    input: (index) => port(INPUTS, index),
    output: (column) => port(OUTPUTS, columnStart + column),
  };
}
