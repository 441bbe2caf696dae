import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from '../../electronic/crossbar/cell-draws.js';
import type { ArrayWeights } from '../common/tiles.js';

/** Slices of the cells' counter that name parts of a mesh, and weights of one that has its error from statistics. */
const PARTS = 0x200;
const WEIGHTS = 0x201;

/** Normals of the arrays of a matrix, fixed for chip, matrix and the array's place in it. */
export interface MeshDraws {
  /** Of all parts of an array, NORMALS_PER_CELL to a cell, in a buffer that the next call reuses. */
  parts(tile: number, block: number): Float32Array;
  /** Of the weights start … end − 1 of a column, one in NORMALS_PER_CELL counts; in the same buffer. */
  weights(column: number, start: number, end: number): Float32Array;
}

/** `cells` is even: normals are drawn for two cells at a time. */
export function meshDraws({ chipSeed, matrix, columnStart }: ArrayWeights, cells: number, modes: number): MeshDraws {
  const key = staticKey(chipSeed, matrix, DOMAIN.cells);
  const buffer = new Float32Array(NORMALS_PER_CELL * Math.max(cells, modes));
  return {
    parts(tile, block) {
      columnNormals(buffer, key, columnStart / modes + block, PARTS, tile * cells, (tile + 1) * cells);
      return buffer;
    },
    weights(column, start, end) {
      columnNormals(buffer, key, columnStart + column, WEIGHTS, start, end);
      return buffer;
    },
  };
}
