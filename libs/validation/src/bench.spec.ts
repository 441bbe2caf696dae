import { describe, expect, it } from 'vitest';
import { profiles } from '../../devices/testing/profiles.js';
import { Bench } from './bench.js';
import { validate } from './validate.js';

describe('the bench', () => {
  const bench = new Bench(profiles);
  const converters = (point: object): number => bench.rowOf('pcm-hermes-14nm', 256, 256, { ...point }, 1).joules.adc!;

  it('computes on the profiles: a dearer converter costs more', () => {
    expect(converters({ adc_energy: 96e-12 }) / converters({})).toBeCloseTo(2, 6);
  });

  it('takes the mean over rows, and the same operands each time', () => {
    const row = bench.rowOf('rram-puma-32nm', 128, 128, {}, 4);
    expect(row.macs).toBe(128 * 128);
    expect(bench.rowOf('rram-puma-32nm', 128, 128, {}, 4)).toEqual(row);
  });

  it('names a profile that is not there', () => {
    expect(() => validate({ ...profiles, devices: new Map() })).toThrow(
      expect.objectContaining({ code: 'profile_not_found' }),
    );
  });
});
