import type { RowBatch } from '@ohmlight/contracts';
import { columnNormals, NORMALS_PER_CELL, staticKey } from './crossbar/cell-draws.js';

/** Operands belong to no chip and to no matrix. */
const KEY = staticKey(0n, 'normal operands', 115);

/** Rows of activations that stand for all: their mean drive is known to a few percent. */
const ROWS = 64;

/** A matrix of weights that are standard normal, row-major n × k: the same ones for every shape. */
export function normalWeights(k: number, n: number): Float32Array {
  const weights = new Float32Array(n * k);
  const z = new Float32Array(NORMALS_PER_CELL * Math.ceil(k / NORMALS_PER_CELL));
  for (let column = 0; column < n; column++) {
    columnNormals(z, KEY, column, 0, 0, z.length / NORMALS_PER_CELL);
    weights.set(z.subarray(0, k), column * k);
  }
  return weights;
}

/** Rows of activations that are standard normal. */
export function normalRows(k: number): RowBatch {
  const x = new Float32Array(ROWS * k);
  const z = new Float32Array(NORMALS_PER_CELL * Math.ceil(k / NORMALS_PER_CELL));
  for (let row = 0; row < ROWS; row++) {
    columnNormals(z, KEY, row, 1, 0, z.length / NORMALS_PER_CELL);
    x.set(z.subarray(0, k), row * k);
  }
  return { rows: ROWS, x, seeds: new BigUint64Array(ROWS), positions: new Uint32Array(ROWS) };
}

/** A result for each number of inputs, computed once. */
export function memoised<T>(of: (k: number) => T): (k: number) => T {
  const known = new Map<number, T>();
  return (k) => {
    let result = known.get(k);
    if (result === undefined) {
      result = of(k);
      known.set(k, result);
    }
    return result;
  };
}
