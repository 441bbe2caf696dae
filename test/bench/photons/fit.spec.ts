import { describe, expect, it } from 'vitest';
import { crossing, powerLaw, quantile } from './fit.js';

describe('a power law', () => {
  it('is found exactly where there is one', () => {
    const x = [128, 256, 512];
    const { exponent, factor, standardError } = powerLaw(
      x,
      x.map((v) => 7 * v ** -0.6),
    );
    expect(exponent).toBeCloseTo(-0.6, 12);
    expect(factor).toBeCloseTo(7, 10);
    expect(standardError).toBeLessThan(1e-12);
  });

  it('has the standard error of its residuals: (1, 1, 2) over (1, e, e²) is 1/2 ± 1/√12 times ln 2', () => {
    const { exponent, standardError } = powerLaw([1, Math.E, Math.E ** 2], [1, 1, 2]);
    expect(exponent).toBeCloseTo(Math.log(2) / 2, 12);
    // Residuals are ln2·(1/6, −1/3, 1/6), their squares' sum ln2²/6; one degree of freedom; Σ(x − x̄)² = 2.
    expect(standardError).toBeCloseTo(Math.log(2) / Math.sqrt(12), 12);
  });

  it('refuses one point, or one x', () => {
    expect(() => powerLaw([1], [1])).toThrow(RangeError);
    expect(() => powerLaw([2, 2], [1, 3])).toThrow(RangeError);
  });
});

describe('a crossing', () => {
  it('is linear in the logarithms', () => {
    expect(crossing([1, 10, 100], [1, 0.1, 0.01], 0.1 ** 1.5)).toBeCloseTo(10 ** 1.5, 10);
  });

  it('is the last one where noise makes several', () => {
    expect(crossing([1, 10, 100, 1000], [1, 0.05, 0.2, 0.01], 0.1)).toBeGreaterThan(100);
  });

  it('is undefined where the points do not enclose it', () => {
    expect(crossing([1, 10], [1, 0.5], 0.1)).toBeUndefined();
    expect(crossing([1, 10], [0.05, 0.01], 0.1)).toBeUndefined();
  });
});

it('a quantile lies between order statistics', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5], 0.25)).toBe(2);
  expect(quantile([1, 2], 1)).toBe(2);
});
