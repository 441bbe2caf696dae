import type { RowBatch } from '@ohmlight/contracts';
import { checkBatch, checkWeights } from './checks.js';
import type { FloatMatrix } from './engine.js';

interface Float32Matrix extends FloatMatrix {
  readonly weights: Float32Array;
}

export function programFloat(weights: Float32Array, k: number, n: number): FloatMatrix {
  checkWeights(weights, k, n);
  const matrix: Float32Matrix = { k, n, weights: weights.slice(), residentBytes: weights.byteLength };
  return matrix;
}

/**
 * Every output is summed alone, over ascending k: how rows and columns are grouped below changes speed, not bits.
 * A product of two f32 is exact in f64.
 */
export function multiplyFloat(matrix: FloatMatrix, batch: RowBatch): Float32Array {
  const { k, n, weights } = matrix as Float32Matrix;
  checkBatch(batch, k);
  const { rows, x } = batch;
  const y = new Float32Array(rows * n);
  let row = 0;
  for (; row + 2 <= rows; row += 2) twoRows(weights, x, y, row, k, n);
  if (row < rows) oneRow(weights, x, y, row, k, n);
  return y;
}

function twoRows(w: Float32Array, x: Float32Array, y: Float32Array, row: number, k: number, n: number): void {
  const a = row * k;
  const b = a + k;
  let column = 0;
  for (; column + 4 <= n; column += 4) {
    const w0 = column * k;
    const w1 = w0 + k;
    const w2 = w1 + k;
    const w3 = w2 + k;
    let a0 = 0;
    let a1 = 0;
    let a2 = 0;
    let a3 = 0;
    let b0 = 0;
    let b1 = 0;
    let b2 = 0;
    let b3 = 0;
    for (let i = 0; i < k; i++) {
      const xa = x[a + i]!;
      const xb = x[b + i]!;
      const v0 = w[w0 + i]!;
      const v1 = w[w1 + i]!;
      const v2 = w[w2 + i]!;
      const v3 = w[w3 + i]!;
      a0 += xa * v0;
      a1 += xa * v1;
      a2 += xa * v2;
      a3 += xa * v3;
      b0 += xb * v0;
      b1 += xb * v1;
      b2 += xb * v2;
      b3 += xb * v3;
    }
    const ya = row * n + column;
    const yb = ya + n;
    y[ya] = a0;
    y[ya + 1] = a1;
    y[ya + 2] = a2;
    y[ya + 3] = a3;
    y[yb] = b0;
    y[yb + 1] = b1;
    y[yb + 2] = b2;
    y[yb + 3] = b3;
  }
  for (; column < n; column++) {
    y[row * n + column] = dot(w, column * k, x, a, k);
    y[(row + 1) * n + column] = dot(w, column * k, x, b, k);
  }
}

function oneRow(w: Float32Array, x: Float32Array, y: Float32Array, row: number, k: number, n: number): void {
  const a = row * k;
  let column = 0;
  for (; column + 8 <= n; column += 8) {
    const w0 = column * k;
    let y0 = 0;
    let y1 = 0;
    let y2 = 0;
    let y3 = 0;
    let y4 = 0;
    let y5 = 0;
    let y6 = 0;
    let y7 = 0;
    for (let i = 0; i < k; i++) {
      const v = x[a + i]!;
      const at = w0 + i;
      y0 += v * w[at]!;
      y1 += v * w[at + k]!;
      y2 += v * w[at + 2 * k]!;
      y3 += v * w[at + 3 * k]!;
      y4 += v * w[at + 4 * k]!;
      y5 += v * w[at + 5 * k]!;
      y6 += v * w[at + 6 * k]!;
      y7 += v * w[at + 7 * k]!;
    }
    const out = row * n + column;
    y[out] = y0;
    y[out + 1] = y1;
    y[out + 2] = y2;
    y[out + 3] = y3;
    y[out + 4] = y4;
    y[out + 5] = y5;
    y[out + 6] = y6;
    y[out + 7] = y7;
  }
  for (; column < n; column++) y[row * n + column] = dot(w, column * k, x, a, k);
}

function dot(w: Float32Array, at: number, x: Float32Array, from: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < k; i++) sum += x[from + i]! * w[at + i]!;
  return sum;
}
