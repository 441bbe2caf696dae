import { describe, expect, it } from 'vitest';
import { crossingPoints } from './crossings.js';

describe('where two lines cross', () => {
  const x = [1, 2, 4, 8, 16];

  it('is where power laws do, between grid points', () => {
    const flat = x.map(() => 5);
    expect(crossingPoints(x, x, flat)[0]).toBeCloseTo(5, 12);
    expect(crossingPoints(x, flat, x)[0]).toBeCloseTo(5, 12);
    expect(
      crossingPoints(
        x,
        x.map((v) => v ** 2),
        x.map((v) => 6 * v),
      )[0],
    ).toBeCloseTo(6, 12);
  });

  it('is nowhere where one is less throughout, and everywhere that they change places', () => {
    expect(
      crossingPoints(
        x,
        x,
        x.map((v) => 2 * v),
      ),
    ).toEqual([]);
    expect(crossingPoints(x, [1, 3, 1, 3, 1], [2, 2, 2, 2, 2])).toHaveLength(4);
  });
});
