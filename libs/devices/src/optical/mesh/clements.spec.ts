import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { haar, MeshMaker, unitarity } from '../../../testing/mesh.js';
import { latticeOf } from './lattice.js';

describe('the rectangle of Clements', () => {
  it.each([2, 3, 4, 8, 15, 16, 64])('of %d modes has N(N − 1)/2 interferometers in N columns, no two at once', (n) => {
    const { count, mode, column } = latticeOf(n);
    expect(count).toBe((n * (n - 1)) / 2);
    expect(Math.max(...column) + 1).toBe(n === 2 ? 1 : n);
    const taken = new Set<string>();
    for (let place = 0; place < count; place++)
      for (const m of [mode[place]!, mode[place]! + 1]) {
        expect(taken.has(`${column[place]} ${m}`)).toBe(false);
        taken.add(`${column[place]} ${m}`);
      }
  });

  it.each([4, 8, 16, 64])(
    'of %d modes passes inner modes through N interferometers, those at the edge through N/2',
    (n) => {
      const met = new Int32Array(n);
      for (const m of latticeOf(n).mode) for (const of of [m, m + 1]) met[of]! += 1;
      expect([met[0], met[n - 1]]).toEqual([n / 2, n / 2]);
      for (let m = 1; m < n - 1; m++) expect(met[m]).toBe(n);
    },
  );
});

describe.each(['complex', 'real'] as const)('a mesh programmed with a %s random unitary', (kind) => {
  it.each([2, 3, 5, 8, 16, 32, 64])('of %d modes gives it back, and is unitary, to 1e-12', (n) => {
    const draw = random(n);
    const maker = new MeshMaker(n, {}, draw);
    const unitary = haar(n, draw, kind);
    const made = maker.matrixOf(unitary);
    expect(unitarity(made, n)).toBeLessThan(1e-12);
    for (let i = 0; i < n * n; i++)
      expect(Math.hypot(made.re[i]! - unitary.re[i]!, made.im[i]! - unitary.im[i]!)).toBeLessThan(1e-12);
  });
});

describe('a mesh programmed with', () => {
  const shapes: Record<string, (i: number, j: number) => number> = {
    'the identity': (i, j) => (i === j ? 1 : 0),
    'its reversal': (i, j) => (i + j === 7 ? 1 : 0),
    'a cyclic shift': (i, j) => ((i + 1) % 8 === j ? 1 : 0),
    signs: (i, j) => (i === j ? (i % 2 ? -1 : 1) : 0),
  };
  it.each(Object.keys(shapes))('%s, of zeros and ones, gives it back', (name) => {
    const re = Float64Array.from({ length: 64 }, (_, at) => shapes[name]!(Math.floor(at / 8), at % 8));
    const made = new MeshMaker(8, {}, random(1)).matrixOf({ re, im: new Float64Array(64) });
    made.re.forEach((value, at) => {
      expect(Math.abs(value - re[at]!)).toBeLessThan(1e-12);
      expect(Math.abs(made.im[at]!)).toBeLessThan(1e-12);
    });
  });

  it('phases of 0 … 2π, and θ of 0 … π: heaters only heat', () => {
    const draw = random(4);
    const maker = new MeshMaker(16, {}, draw);
    maker.matrixOf(haar(16, draw));
    const { theta, all } = maker.mesh.set;
    expect(Math.max(...theta)).toBeLessThanOrEqual(Math.PI);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(2 * Math.PI);
  });
});
