import { intensity } from '@ohmlight/devices/optical';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../testing/context.js';
import { Draws } from '../draws.js';
import { interference } from './experiment.js';
import { EXAMPLE, productsOf, recoverAll, rmsError } from './products.js';
import { runInterference } from './run.js';
import { SCHEMES } from './schemes.js';

const products = productsOf(2000, 64, 1n);
const [balanced, fourStep, threeExposure] = SCHEMES as [(typeof SCHEMES)[0], (typeof SCHEMES)[0], (typeof SCHEMES)[0]];

describe('products of a phase mask', () => {
  it('have |S|² of ‖x‖² on average, half of it in the product', () => {
    const mean = (of: (s: { re: number; im: number }) => number): number =>
      products.reduce((sum, { s }) => sum + of(s), 0) / products.length;
    expect(Math.abs(mean(intensity) - 1)).toBeLessThan(4 / Math.sqrt(2000));
    expect(Math.abs(mean((s) => s.re * s.re) - 0.5)).toBeLessThan((4 * Math.SQRT1_2) / Math.sqrt(2000));
    expect(Math.abs(mean((s) => s.re))).toBeLessThan((4 * Math.SQRT1_2) / Math.sqrt(2000));
  });
});

describe.each(SCHEMES.map((scheme) => [scheme.name, scheme] as const))('recovery by %s', (_, scheme) => {
  it('is exact without noise, sign included', () => {
    for (const { s } of products.slice(0, 50)) expect(scheme.recover(scheme.counts(s, 3), 3)).toBeCloseTo(s.re, 12);
  });

  it.each([3, 100, 10_000])('of %d photons has the error of its equation', (photons) => {
    const { recovered, law } = recoverAll(scheme, products, photons, 10, new Draws(2n, `${scheme.name} ${photons}`));
    // Four standard errors of 2000 products, whose errors have the tails of single photons where there are few.
    expect(Math.abs(rmsError(recovered) / law - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / photons) / 4 / 2000) + 0.01);
  });

  it('falls with slope −½ from a few photons to a million', () => {
    const budgets = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];
    const errors = budgets.map((photons, i) =>
      rmsError(recoverAll(scheme, products, photons, 10, new Draws(4n, `slope ${i}`)).recovered),
    );
    for (let i = 1; i < errors.length; i++)
      expect(Math.abs(Math.log10(errors[i]! / errors[i - 1]!) + 0.5)).toBeLessThan(0.05);
  });

  it('uses the photons that it is given: inputs and reference, in all exposures', () => {
    const ratio = 4;
    const light = 500 / scheme.shines / (1 + ratio);
    const [s, reference] = [{ re: 0, im: Math.sqrt(light) }, Math.sqrt(ratio * light)];
    const counted = scheme.counts(s, reference).reduce((sum, count) => sum + count, 0);
    // One port of two sees half of the light.
    expect(counted).toBeCloseTo(scheme.name === 'four-step' ? 250 : 500, 9);
  });
});

describe('the variance of Re S', () => {
  it('is .3326, .2533, .2500 photons of balanced detection with R = 20, 100, 1000, and goes to ¼', () => {
    expect(intensity(EXAMPLE)).toBeCloseTo(132.2, 1);
    expect(balanced.variance(EXAMPLE, 20)).toBeCloseTo(0.3326, 4);
    expect(balanced.variance(EXAMPLE, 100)).toBeCloseTo(0.2533, 4);
    expect(balanced.variance(EXAMPLE, 1000)).toBeCloseTo(0.25, 4);
    expect(fourStep.variance(EXAMPLE, 1e6)).toBeCloseTo(0.25, 9);
    expect(threeExposure.variance(EXAMPLE, 1e6)).toBeCloseTo(0.5, 5);
  });

  it('comes out of the counts', () => {
    const readings = 5_000;
    const { rows } = runInterference(optionsOf(interference, { products: 20, photons: [10], draws: readings }));
    const spreads = rows.filter(({ what }) => what === 'variance');
    expect(spreads).toHaveLength(30);
    for (const row of spreads)
      expect(Math.abs((row['variance'] as number) / (row['variance_equation'] as number) - 1)).toBeLessThan(
        4.5 * Math.sqrt(2 / readings) + 0.005,
      );
  });
});

describe('lab interference', () => {
  it('is the same again, and another with another seed', () => {
    const run = (seed: bigint) =>
      runInterference(optionsOf(interference, { seed, products: 20, photons: [10, 100], draws: 100 }));
    expect(run(1n)).toEqual(run(1n));
    expect(run(2n).rows).not.toEqual(run(1n).rows);
  });

  it('refuses a photon budget of zero', () => {
    expect(() => interference.options.photons.parse('0,10')).toThrow(/write numbers from 0\.001/);
    expect(() => interference.options.photons.parse('10,')).toThrow(/write numbers/);
    expect(interference.options.photons.parse('100,10,100')).toEqual([10, 100]);
  });
});
