import { describe, expect, it } from 'vitest';
import { context, optionsOf } from '../../testing/context.js';
import { errorsAt, litDevice } from './device.js';
import { photons } from './experiment.js';
import { operandsOf } from './operands.js';
import { chiSquared, runPhotons } from './run.js';
import { differences, poissonLaw, skellamLaw } from './skellam.js';

const DEVICES = photons.options.profiles.fallback;
const operands = operandsOf(1n, 256, 32, 16);
const products = 16 * 32;

describe.each(DEVICES)('%s', (name) => {
  const device = litDevice(context.profiles, name, operands, 1n);
  const budgets = [0.01, 0.1, 1, 10, 100, 1e4];
  const errors = budgets.map((count) => errorsAt(device, count, operands, 3n));
  const signal = Math.sqrt(operands.exact.reduce((sum, value) => sum + value * value, 0) / products);

  it('has the shot noise of its link budget, from a hundredth of a photon per multiply-accumulate on', () => {
    budgets.forEach((count, i) => {
      const law = device.noiseOfOne / Math.sqrt(count) / signal;
      // Four standard errors of as many products, those of few photons with longer tails.
      expect(Math.abs(errors[i]!.shot / law - 1)).toBeLessThan(4 * Math.sqrt(1 / (2 * products)) + 0.02);
    });
  });

  it('loses it with slope −½', () => {
    for (let i = 1; i < budgets.length; i++) {
      const slope = Math.log(errors[i]!.shot / errors[i - 1]!.shot) / Math.log(budgets[i]! / budgets[i - 1]!);
      expect(Math.abs(slope + 0.5)).toBeLessThan(0.06);
    }
  });

  it('has more error with electronics and converters, and a floor of static error in bright light', () => {
    const bright = errorsAt(device, 1e8, operands, 3n);
    expect(bright.shot).toBeLessThan(1e-3);
    expect(bright.all).toBeGreaterThan(2e-3);
    expect(errorsAt(device, 1e3, operands, 3n).all).toBeGreaterThan(bright.all);
  });

  it('counts photons in proportion to its laser: those as shipped are of its own power', () => {
    const shipped = device.power * device.photonsPerWatt;
    expect(shipped).toBeGreaterThan(10);
    expect(shipped).toBeLessThan(1e6);
  });
});

describe('single photons', () => {
  it('differ by Skellam’s law, whose variance is their sum', () => {
    const law = skellamLaw(2.5, 0.7, 40);
    const moment = (of: (d: number) => number): number => law.reduce((sum, p, i) => sum + p * of(i - 40), 0);
    expect(moment(() => 1)).toBeCloseTo(1, 12);
    expect(moment((d) => d)).toBeCloseTo(1.8, 12);
    expect(moment((d) => (d - 1.8) ** 2)).toBeCloseTo(3.2, 12);
    expect(poissonLaw(0.7, 5)[2]).toBeCloseTo((0.49 * Math.exp(-0.7)) / 2, 15);
  });

  it.each([0.3, 1, 12])('of %d in a homodyne reading are whole, and follow it', (count) => {
    const readings = 6_000;
    const read = differences(context.profiles, count, readings, 2n);
    expect(read.means[0] + read.means[1]).toBeCloseTo(count, 12);
    const inside = read.shares.reduce((sum, share) => sum + share, 0);
    expect(inside).toBeGreaterThan(0.999);
    const { value, classes } = chiSquared(read);
    // Four standard deviations of χ².
    expect(value).toBeLessThan(classes + 4 * Math.sqrt(2 * classes));
  });
});

describe('lab photons', () => {
  const few = {
    profiles: ['homodyne-tfln'],
    photons: [0.1, 10],
    inputs: 64,
    outputs: 4,
    rows: 4,
    readings: 200,
  } as const;

  it('gives a row for each budget and one for the laser as shipped', () => {
    const { rows } = runPhotons(optionsOf(photons, few), context);
    expect(rows.map(({ shipped }) => shipped)).toEqual([false, false, true]);
    expect(rows[2]).toMatchObject({ profile: 'homodyne-tfln' });
    expect(rows[2]!['laser_watts']).toBeCloseTo(4, 9);
    expect((rows[0]!['laser_watts'] as number) / (rows[1]!['laser_watts'] as number)).toBeCloseTo(0.01, 12);
    expect(runPhotons(optionsOf(photons, few), context).rows).toEqual(rows);
  });

  it('refuses a photon budget of zero, and devices without light', () => {
    expect(() => photons.options.photons.parse('0')).toThrow(/write numbers from 0\.0001/);
    expect(() => photons.options.photons.parse('-1,1')).toThrow(/write numbers/);
    expect(() => runPhotons(optionsOf(photons, { ...few, profiles: ['pcm-standard'] }), context)).toThrow(
      /of another kind \(pcm\); this experiment takes dmd-bitplane/,
    );
  });
});
