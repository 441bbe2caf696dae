import { pcmCell, valuesOf } from '@ohmlight/devices/electronic';
import { describe, expect, it } from 'vitest';
import { context, optionsOf } from '../../testing/context.js';
import { drift } from './experiment.js';
import { conductanceMoments } from './law.js';
import { runDrift, spanOf } from './run.js';

const YEAR = 365 * 86_400;
const cellOf = (name: string) => pcmCell(valuesOf(context.profiles.devices.get(name)!.parameters as never) as never);

describe('the moments of a drifting device', () => {
  it('are those of a log-normal where the exponent stays clear of zero', () => {
    const cell = cellOf('pcm-standard');
    // At g_max: μ_ν = 0.049, σ_ν = 0.008 (both at their clamps), σ_prog = 1.0554 µS.
    const age = Math.log((YEAR + 20) / 20);
    const { mean, sigma } = conductanceMoments(cell, 25e-6, YEAR);
    const decay = Math.exp(-0.049 * age + (0.008 * age) ** 2 / 2);
    expect(mean / (25e-6 * decay)).toBeCloseTo(1, 6);
    const second = (25e-6 ** 2 + 1.05538e-6 ** 2) * Math.exp(-0.098 * age + 2 * (0.008 * age) ** 2);
    expect(sigma / Math.sqrt(second - mean ** 2)).toBeCloseTo(1, 3);
  });

  it('of a device at zero are those of half a normal', () => {
    const { mean, sigma } = conductanceMoments(cellOf('pcm-standard'), 0, 0);
    expect(mean / (0.26348e-6 / Math.sqrt(2 * Math.PI))).toBeCloseTo(1, 4);
    expect(sigma / (0.26348e-6 * Math.sqrt(0.5 - 1 / (2 * Math.PI)))).toBeCloseTo(1, 4);
  });
});

describe.each(['pcm-standard', 'pcm-hermes-14nm'])('lab drift on %s', (profile) => {
  const { rows } = runDrift(optionsOf(drift, { profile, times: 4 }), context);
  const at = (compensation: string, seconds: number) =>
    rows.find((row) => row['compensation'] === compensation && row['seconds'] === seconds) as Record<string, number>;

  it('draws devices whose mean and spread are those of the equations', () => {
    const levels = rows.filter(({ what }) => what === 'level') as Record<string, number>[];
    expect(levels).toHaveLength(3 * 4);
    for (const row of levels) {
      expect(Math.abs(row['mean_siemens']! / row['mean_siemens_equation']! - 1)).toBeLessThan(3e-3);
      expect(Math.abs(row['std_siemens']! / row['std_siemens_equation']! - 1)).toBeLessThan(0.03);
    }
  });

  it('loses gain by the equation, and gets it back by compensation, not the spread', () => {
    const bare = at('none', YEAR);
    expect(Math.abs(bare['gain']! / bare['gain_equation']! - 1)).toBeLessThan(3e-3);
    expect(bare['gain']).toBeLessThan(0.75);
    for (const compensation of ['global', 'column']) {
      const mended = at(compensation, YEAR);
      expect(Math.abs(mended['gain']! - 1)).toBeLessThan(0.08);
      expect(mended['error']).toBeLessThan(0.6 * bare['error']!);
      expect(mended['spread']).toBeGreaterThan(at(compensation, 0)['spread']!);
    }
    expect(at('global', 0)['error']).toBeCloseTo(at('none', 0)['error']!, 6);
  });
});

describe('an age', () => {
  it('is written in the unit that it fills', () => {
    expect([0, 1, 60, 5400, 86_400, YEAR].map(spanOf)).toEqual(['0 s', '1 s', '1 min', '1.5 h', '1 d', '1 y']);
  });
});
