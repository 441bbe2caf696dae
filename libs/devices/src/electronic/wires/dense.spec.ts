import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { worst } from '../../../testing/tiles.js';
import { attenuate, shrink } from './dense.js';

/** A symmetric positive semidefinite n × n matrix of the given size. */
function semidefinite(n: number, scale: number): Float64Array {
  const { gaussian } = random(7);
  const root = Float64Array.from({ length: n * n }, gaussian);
  return Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += root[Math.floor(at / n) * n + k]! * root[(at % n) * n + k]!;
    return (scale * sum) / n;
  });
}

function times(a: Float64Array, b: Float64Array, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[Math.floor(at / n) * n + k]! * b[k * n + (at % n)]!;
    return sum;
  });
}

describe('shrink', () => {
  it.each([
    [4, 1, 1e-14],
    [12, 1e-9, 1e-14],
    [20, 1e6, 1e-9],
    [24, 1, 1e-14],
  ])('of %d lines of size %d gives a symmetric F with F + F·E = E', (n, scale, tolerance) => {
    const e = semidefinite(n, scale);
    const f = e.slice();
    shrink(f, n);
    const back = times(f, e, n).map((value, at) => value + f[at]!);
    expect(worst(back, e)).toBeLessThan(tolerance);
    f.forEach((value, at) => expect(value).toBe(f[(at % n) * n + Math.floor(at / n)]));
  });

  it('keeps rows of 0', () => {
    const e = semidefinite(8, 1).map((value, at) => (at % 8 === 7 || at >= 56 ? 0 : value));
    shrink(e, 8);
    expect(e.slice(56)).toEqual(new Float64Array(8));
  });
});

describe('attenuate', () => {
  it('takes v·F from the vectors of the blocks of four from the first on', () => {
    const n = 8;
    const f = semidefinite(n, 1);
    const v = random(8).gaussians(12 * n);
    const after = Float64Array.from(v);
    attenuate(after, 5, 12, f, n);
    const expected = Float64Array.from(v, (value, at) => {
      if (at < 4 * n) return value;
      let drop = 0;
      for (let k = 0; k < n; k++) drop += v[Math.floor(at / n) * n + k]! * f[k * n + (at % n)]!;
      return value - drop;
    });
    expect(worst(after, expected)).toBeLessThan(1e-14);
  });
});
