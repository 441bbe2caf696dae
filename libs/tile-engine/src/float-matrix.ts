import type { RowBatch } from '@ohmlight/contracts';
import { checkBatch, checkWeights } from './checks.js';
import type { FloatMatrix } from './engine.js';
import { floatProduct } from './float-product.js';

interface Float32Matrix extends FloatMatrix {
  readonly weights: Float32Array;
}

export function programFloat(weights: Float32Array, k: number, n: number): FloatMatrix {
  checkWeights(weights, k, n);
  const matrix: Float32Matrix = { k, n, weights: weights.slice(), residentBytes: weights.byteLength };
  return matrix;
}

export function multiplyFloat(matrix: FloatMatrix, batch: RowBatch): Float32Array {
  const { k, n, weights } = matrix as Float32Matrix;
  checkBatch(batch, k);
  const y = new Float32Array(batch.rows * n);
  floatProduct(weights, new Float64Array(batch.x), y, batch.rows, k, n);
  return y;
}
