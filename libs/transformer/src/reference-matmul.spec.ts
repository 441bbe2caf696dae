import { describe, expect, it } from 'vitest';
import { multiply } from './reference-matmul.js';

describe('multiply', () => {
  it.each([
    [1, 1, 1],
    [1, 5, 3],
    [4, 4, 8],
    [7, 9, 13],
    [6, 2, 300],
  ])('%d rows × %d columns over %d inputs equal sums in order, rounded once', (rows, n, k) => {
    const x = Float32Array.from({ length: rows * k }, (_, i) => Math.sin(i) * 3);
    const w = Float32Array.from({ length: n * k }, (_, i) => Math.cos(7 * i));
    const y = multiply(x, rows, w, k);
    const expected = new Float32Array(rows * n);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += x[row * k + i]! * w[column * k + i]!;
        expected[row * n + column] = sum;
      }
    expect(y).toEqual(expected);
  });
});
