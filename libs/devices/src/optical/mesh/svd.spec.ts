import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { spectralNorm, SquareSvd } from './svd.js';

/** Row-major matrix of a kind, and its transpose. */
function matrixOf(n: number, kind: string): { a: Float64Array; transposed: Float64Array } {
  const { gaussian } = random(n);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      if (kind === 'gaussian') a[i * n + j] = gaussian();
      if (kind === 'graded') a[i * n + j] = gaussian() * 10 ** (-j / 2);
      if (kind === 'one row') a[i * n + j] = i === 1 ? gaussian() : 0;
      if (kind === 'padded') a[i * n + j] = i < 3 && j < 5 ? gaussian() : 0;
      if (kind === 'identity') a[i * n + j] = i === j ? 1 : 0;
    }
  return { a, transposed: Float64Array.from(a, (_, at) => a[(at % n) * n + Math.floor(at / n)]!) };
}

describe.each(['gaussian', 'graded', 'one row', 'padded', 'identity', 'zero'])('the SVD of a %s matrix', (kind) => {
  it.each([2, 8, 16, 64])('of %d has orthogonal U and V, falling σ ≥ 0, and gives the matrix back to 1e-12', (n) => {
    const { a, transposed } = matrixOf(n, kind);
    const svd = new SquareSvd(n);
    svd.decompose(transposed);
    const { ut, vt, sigma } = svd;
    const largest = Math.max(1, sigma[0]!);
    for (let i = 0; i < n; i++) {
      expect(sigma[i]).toBeGreaterThanOrEqual(0);
      expect(sigma[i]).toBeLessThanOrEqual(sigma[Math.max(0, i - 1)]!);
      for (let j = 0; j < n; j++) {
        let [u, v, product] = [0, 0, 0];
        for (let k = 0; k < n; k++) {
          u += ut[i * n + k]! * ut[j * n + k]!;
          v += vt[i * n + k]! * vt[j * n + k]!;
          product += ut[k * n + i]! * sigma[k]! * vt[k * n + j]!;
        }
        expect(Math.abs(u - (i === j ? 1 : 0))).toBeLessThan(1e-12);
        expect(Math.abs(v - (i === j ? 1 : 0))).toBeLessThan(1e-12);
        expect(Math.abs(product - a[i * n + j]!)).toBeLessThan(1e-12 * largest);
      }
    }
  });

  it('has the norm that the power method finds', () => {
    const { transposed } = matrixOf(32, kind);
    const svd = new SquareSvd(32);
    svd.decompose(transposed);
    expect(Math.abs(spectralNorm(transposed, 32) - svd.sigma[0]!)).toBeLessThanOrEqual(1e-3 * svd.sigma[0]!);
  });
});
