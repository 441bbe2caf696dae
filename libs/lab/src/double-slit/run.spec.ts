import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../testing/context.js';
import { doubleSlit } from './experiment.js';
import { runDoubleSlit } from './run.js';

const run = (changed: Parameters<typeof optionsOf<typeof doubleSlit.options>>[1] = {}) =>
  runDoubleSlit(optionsOf(doubleSlit, { shots: 2000, ...changed }));

describe('lab double-slit', () => {
  it('measures minima and visibilities beside their equations', () => {
    const { rows } = run({ ratio: 0.25, phaseNoise: 0.7 });
    const minima = rows.filter(({ what }) => what === 'minimum');
    expect(minima.map(({ order }) => order)).toEqual([0, 1, 2, 3]);
    for (const row of minima) expect(row['metres'] as number).toBeCloseTo(row['metres_equation'] as number, 4);
    const [own] = rows.filter(({ what }) => what === 'visibility');
    expect(own).toMatchObject({ ratio: 0.25, phase_noise_radians: 0.7 });
    expect(own!['visibility_equation']).toBeCloseTo(0.8 * Math.exp(-0.245), 12);
    const off = Math.abs((own!['visibility'] as number) - (own!['visibility_equation'] as number));
    expect(off).toBeLessThan(4 * (own!['visibility_error'] as number));
    expect(own!['visibility_error']).toBeCloseTo((0.8 * (1 - Math.exp(-0.49))) / Math.sqrt(4000), 12);
  });

  it('counts photons as Poisson’s law has them: χ² is one a pixel', () => {
    for (const photons of [300, 20_000, 5_000_000]) {
      const camera = run({ photons, orders: 1 }).rows.at(-1)!;
      expect(camera).toMatchObject({ what: 'camera', photons, pixels: 160 });
      expect(Math.abs((camera['counted'] as number) - photons)).toBeLessThan(4 * Math.sqrt(photons));
      // Four standard errors of 160 pixels; those of few photons have longer tails.
      expect(Math.abs((camera['chi_squared'] as number) / 160 - 1)).toBeLessThan(4 * Math.sqrt(2 / 160) + 0.1);
    }
  });

  it('is the same again, and another with another seed', () => {
    const few = { orders: 1, phaseNoise: 0.5 };
    expect(run(few)).toEqual(run(few));
    expect(run({ ...few, seed: 2n }).rows).not.toEqual(run(few).rows);
  });

  it.each([
    [{ width: 3e-4 }, /one opening/],
    [{ orders: 6 }, /dark at order d\/a = 6\.25/],
  ])('refuses %o', (changed, message) => {
    expect(() => run(changed)).toThrow(message);
  });

  it('refuses a camera without photons', () => {
    expect(() => doubleSlit.options.photons.parse('0')).toThrow(/write a whole number from 1/);
  });
});
