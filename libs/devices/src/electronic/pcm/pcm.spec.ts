import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { frameOf, product, relativeTo, shardOf, variant } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';
import { rootMeanSquare } from '../../shard.js';
import { crossbarArray } from '../crossbar/array.js';
import { pcmCell } from './pcm.js';

/** AIHWKIT's experiment: W = clip(N(0, 1), ±3)·0.05, 512 × 512; x = clip(N(0, 1), ±3); error ‖y − Wx‖/‖Wx‖. */
const size = 512;
const rows = 32;
const draw = random(11);
const weights = draw.gaussians(size * size, 0.05).map((w) => Math.max(-0.15, Math.min(0.15, w)));
const x = draw.gaussians(rows * size).map((v) => Math.max(-3, Math.min(3, v)));
const exact = product(weights, x, rows, size, size);
const engine = createTileEngine();

/** The standard preset: a learned range of 3, no bound management. */
const preset = { input_scale: 'fixed', input_range: 3, bound_rounds: 0, read_time: 0 };
const errorOf = (values: Record<string, unknown>, deviceTime?: number): number => {
  const device = createDevice(variant('pcm-standard', { ...preset, ...values }), engine);
  const shard = device.program(shardOf({ k: size, n: size }, 'pcm-standard'), weights);
  const { y } = shard.execute(batchOf(x, rows), deviceTime === undefined ? {} : { deviceTime });
  shard.release?.();
  return relativeTo(y, exact);
};

describe("the error of a product on AIHWKIT's standard preset", () => {
  it('without programming is that of its converters and its reads', () => {
    // y_rms = √512·(1/3)² of full scale; its terms in analog units: DAC 2/254, ADC 20/254, output and read noise.
    const w = rootMeanSquare(weights) / 0.15;
    const v = rootMeanSquare(x) / 3;
    const meanWeight = weights.reduce((sum, value) => sum + Math.abs(value), 0) / weights.length / 0.15;
    const signal = Math.sqrt(size) * w * v;
    const dac = ((2 / 254) * Math.sqrt(size) * w) / Math.sqrt(12);
    const adc = 20 / 254 / Math.sqrt(12);
    const read = 0.0175 * Math.sqrt(size * meanWeight) * v;
    const expected = Math.hypot(dac, adc, 0.04, read) / signal;
    const error = errorOf({ cell: 'exact', wire_model: 'none' });
    expect(Math.abs(error / expected - 1)).toBeLessThan(0.03);
    // AIHWKIT has 0.0353, of which its input-dependent form of wire resistance is 0.0107.
    expect(Math.abs(error / Math.sqrt(0.0353 ** 2 - 0.0107 ** 2) - 1)).toBeLessThan(0.03);
    expect(errorOf({ cell: 'exact' })).toBeGreaterThan(error);
  });

  it.each([
    [0, 0.1169],
    [86_400, 0.1501],
    [31_536_000, 0.1895],
  ])('after %d s is %d, compensated', (t, expected) => {
    expect(Math.abs(errorOf({}, t) / expected - 1)).toBeLessThan(0.03);
  });

  it('grows with drift and falls with compensation', () => {
    const bare = [0, 86_400, 31_536_000].map((t) => errorOf({ compensation: 'none' }, t));
    expect(bare).toEqual(bare.toSorted((a, b) => a - b));
    expect(errorOf({}, 86_400)).toBeLessThan(0.5 * bare[1]!);
    expect(errorOf({ compensation: 'column' }, 31_536_000)).toBeLessThan(0.5 * bare[2]!);
  });

  it.each([
    [86_400, 1.5],
    [31_536_000, 1.98],
  ])('is compensated after %d s by a factor of %d', (t, alpha) => {
    const p = frameOf('pcm-standard', { wire_model: 'none' });
    const array = crossbarArray(p, pcmCell(p as never), {
      k: size,
      n: size,
      columnStart: 0,
      weights,
      chipSeed: 1n,
      matrix: 'm',
    });
    const sum = (age: number): number => array.at(age).columnSums.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum(0) / sum(t) / alpha - 1)).toBeLessThan(0.015);
  });

  const bare = { cell: 'exact', wire_model: 'none', read_noise: 0, output_noise: 0 };
  it.each([
    [4, 14.2, 18.3],
    [5, 20.8, 24.9],
    [6, 27.1, 31.2],
    [7, 33.3, 37.3],
    [8, 39.3, 43.5],
    [9, 45.4, 49.4],
    [10, 51.4, 55.4],
  ])('with converters alone, %d bits: %d dB of the ADC, %d dB of the DAC', (bits, adc, dac) => {
    const decibels = (values: Record<string, unknown>): number => -20 * Math.log10(errorOf({ ...bare, ...values }));
    const ofAdc = decibels({ adc_bits: bits, adc_bound: 12, input_bits: 12 });
    const ofDac = decibels({ adc_bits: 14, adc_bound: 12, input_bits: bits });
    // The matrices are drawn anew: a tenth of a decibel, two or three where few codes are in use and of the DAC's few rows.
    expect(Math.abs(ofAdc - adc)).toBeLessThan(bits < 8 ? 0.2 : 0.1);
    expect(Math.abs(ofDac - dac)).toBeLessThan(0.3);
  });
});
