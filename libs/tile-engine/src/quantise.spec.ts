import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestEven, weightCode } from './quantise.js';

describe('rounding', () => {
  it('goes to the nearest, halves to even', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4999, 2.5001].map(nearestEven).map((code) => code + 0)).toEqual([
      0, 2, 2, 0, -2, 2, 3,
    ]);
    fc.assert(
      fc.property(fc.double({ min: -(2 ** 40), max: 2 ** 40, noNaN: true }), (v) => {
        const code = nearestEven(v);
        expect(Number.isInteger(code)).toBe(true);
        expect(Math.abs(code - v)).toBeLessThanOrEqual(0.5);
      }),
      { seed: 1 },
    );
  });

  it('leaves what has no fraction, and infinities, where they are', () => {
    expect(nearestEven(2 ** 50 + 1)).toBe(2 ** 50 + 1);
    expect(nearestEven(2 ** 100)).toBe(2 ** 100);
    expect(nearestEven(-Infinity)).toBe(-Infinity);
  });
});

describe('a weight code', () => {
  it('is within half a step of the weight, and limited', () => {
    fc.assert(
      fc.property(
        fc.float({ min: -4, max: 4, noNaN: true }),
        fc.float({ min: 0.25, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 32_767 }),
        (weight, full, limit) => {
          const code = weightCode(weight, full, limit);
          expect(Math.abs(code)).toBeLessThanOrEqual(limit);
          const exact = Math.max(-limit, Math.min(limit, (weight / full) * limit));
          expect(Math.abs(code - exact)).toBeLessThanOrEqual(0.5 + 1e-9);
        },
      ),
      { seed: 1 },
    );
  });

  it('is 0 where nothing is programmed', () => {
    expect(weightCode(3, 0, 127)).toBe(0);
    expect(weightCode(1e-45, 1e-45, 127)).toBe(127);
  });
});
