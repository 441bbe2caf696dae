import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosKernel, exp, ln, pow, sinKernel } from './math.js';

/** Error of `value`, relative to what is exact, or to 1e-3 near zero. */
const off = (value: number, exact: number): number => Math.abs(value - exact) / Math.max(Math.abs(exact), 1e-3);

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });

/** Largest of `error` over random arguments. */
const worst = (argument: fc.Arbitrary<number>, error: (x: number) => number): number =>
  fc.sample(argument, { numRuns: 3000, seed: 1 }).reduce((most, x) => Math.max(most, error(x)), 0);

describe('elementary functions out of exactly specified arithmetic', () => {
  it('agree with Math to 1e-12', () => {
    expect(worst(between(1e-300, 1e300), (x) => off(ln(x), Math.log(x)))).toBeLessThan(1e-12);
    expect(worst(between(0.5, 2), (x) => off(ln(x), Math.log(x)))).toBeLessThan(1e-12);
    expect(worst(between(-700, 700), (x) => off(exp(x) / Math.exp(x), 1))).toBeLessThan(1e-12);
    expect(worst(between(-Math.PI / 4, Math.PI / 4), (x) => off(sinKernel(x), Math.sin(x)))).toBeLessThan(1e-12);
    expect(worst(between(-Math.PI / 4, Math.PI / 4), (x) => off(cosKernel(x), Math.cos(x)))).toBeLessThan(1e-12);
    for (const y of [-3, -0.65, 0.5, 1.7])
      expect(worst(between(1e-6, 1e6), (x) => off(pow(x, y) / x ** y, 1))).toBeLessThan(1e-12);
  });

  it('have the values of their limits', () => {
    expect([ln(1), ln(0), ln(-1), ln(Infinity), exp(0), exp(-1000), exp(1000)]).toEqual([
      0,
      -Infinity,
      NaN,
      Infinity,
      1,
      0,
      Infinity,
    ]);
    expect(pow(0, 0.65)).toBe(0);
  });

  it('give these bits', () => {
    expect([ln(3), exp(1), sinKernel(0.5), cosKernel(0.5), pow(2, 0.65)]).toEqual([
      1.0986122886681096, 2.7182818284590455, 0.479425538604203, 0.8775825618903728, 1.5691681957935015,
    ]);
  });
});
