import { OhmlightError, type RowBatch } from '@ohmlight/contracts';
import { checkBatch, checkWeights } from '../checks.js';
import type { FloatMatrix } from '../engine.js';

/** Inputs whose products are summed before the sum is added to the output. */
export const FLOAT_BLOCK = 512;
const { fround } = Math;

interface Float32Matrix extends FloatMatrix {
  readonly weights: Float32Array;
}

export function programFloat(weights: Float32Array, k: number, n: number): FloatMatrix {
  checkWeights(weights, k, n);
  const matrix: Float32Matrix = {
    k,
    n,
    weights: weights.slice(),
    residentBytes: weights.byteLength,
    release() {
      // Garbage collection is all it takes.
    },
  };
  return matrix;
}

export function multiplyFloat(matrix: FloatMatrix, batch: RowBatch): Float32Array {
  if (!('weights' in matrix)) throw new OhmlightError('internal_error', 'this matrix was programmed by another engine');
  const { k, n, weights } = matrix as Float32Matrix;
  checkBatch(batch, k);
  const { rows, x } = batch;
  const y = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < n; column++) {
      let total = 0;
      for (let start = 0; start < k; start += FLOAT_BLOCK) {
        let sum = 0;
        for (let i = start; i < Math.min(k, start + FLOAT_BLOCK); i++)
          sum = fround(sum + fround(x[row * k + i]! * weights[column * k + i]!));
        total = fround(total + sum);
      }
      y[row * n + column] = total;
    }
  return y;
}
