import { describe, expect, it } from 'vitest';
import { context, optionsOf } from '../../testing/context.js';
import { summing } from './experiment.js';
import { runSumming } from './run.js';
import { sumOf } from './node.js';

const amplifier = { gain: 1e5, gainBandwidth: 1e6, slewRate: Infinity, voltageNoise: 0, currentNoise: 0 };
const parts = { amplifier, offset: 1e-3, resistance: 1e4, swing: 1, temperature: 300 };

describe('a sum in one amplifier', () => {
  it.each([
    [1e6, 16, 16.9e-6],
    [1e6, 256, 255e-6],
    [100e6, 64, 0.645e-6],
    [1e9, 128, 128e-9],
  ])('of GBW %d Hz and %d inputs settles to 8 bit in %d s', (gainBandwidth, inputs, seconds) => {
    const row = sumOf({ ...parts, amplifier: { ...amplifier, gainBandwidth } }, inputs, 16, 8, 'flat');
    expect(Math.abs(row.settling_seconds / seconds - 1)).toBeLessThan(4e-3);
    expect(row.noise_gain).toBe(inputs + 1);
    expect(row.bandwidth_hz).toBeCloseTo(gainBandwidth / (inputs + 1), 6);
  });

  it('puts 257 mV of offset out for 1 mV in and 256 inputs, and loses 0.257 %', () => {
    const row = sumOf(parts, 256, 16, 8, 'flat');
    expect(row.offset_volts).toBeCloseTo(0.257, 12);
    expect(row.gain_error * 100).toBeCloseTo(0.256, 2);
  });

  it('has the noise of its amplifier and its resistors', () => {
    const noisy = { ...parts, amplifier: { ...amplifier, voltageNoise: 1e-8 } };
    const { noise_volts, bandwidth_hz } = sumOf(noisy, 16, 16, 8, 'flat');
    // e_n·17, the feedback resistor, and 16 more of the same.
    const density = (1e-8 * 17) ** 2 + 17 * 4 * 1.380649e-23 * 300 * 1e4;
    expect(noise_volts).toBeCloseTo(Math.sqrt(density * (Math.PI / 2) * bandwidth_hz), 12);
  });
});

describe('a sum in a tree', () => {
  it('is one amplifier up to its fan-in', () => {
    expect(sumOf(parts, 16, 16, 8, 'tree')).toEqual({ ...sumOf(parts, 16, 16, 8, 'flat'), structure: 'tree' });
  });

  it('of 16 × 16 has the offset of its nodes through the gains above them, and is faster', () => {
    const row = sumOf(parts, 256, 16, 8, 'tree');
    // Unit gain to the root: R_f/R_i = 4 below, whose noise gain is 65, and 1/4 above, whose noise gain is 5.
    expect(row.offset_volts).toBeCloseTo(1e-3 * Math.sqrt(16 * (65 / 4) ** 2 + 5 ** 2), 12);
    expect(row.settling_seconds).toBeLessThan(sumOf(parts, 256, 16, 8, 'flat').settling_seconds / 3);
    expect(row.amplifiers).toBe(17);
  });
});

describe('lab summing', () => {
  it('gives a row for each number of inputs and structure, with the profile changed as told', () => {
    const { rows } = runSumming(
      optionsOf(summing, { inputs: [16, 256], set: [{ name: 'gain_bandwidth', value: '1e9' }] }),
      context,
    );
    expect(rows.map(({ structure, inputs }) => [structure, inputs])).toEqual([
      ['flat', 16],
      ['flat', 256],
      ['tree', 16],
      ['tree', 256],
    ]);
    expect(rows[0]!['bandwidth_hz']).toBeCloseTo(1e9 / 17, 3);
  });
});
