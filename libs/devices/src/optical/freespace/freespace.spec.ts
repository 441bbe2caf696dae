import { poisson } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, moments, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { engine, programmed, readings } from '../../../testing/optical.js';
import { frameOf, shardOf, variant } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';
import { railsOf } from '../common/rails.js';
import { pixelCounts } from './freespace.js';
import type { Freespace } from './parameters.js';

const NAME = 'freespace-incoherent';
const k = 64;
const n = 8;
const draw = random(21);
const weights = draw.gaussians(n * k, 0.05);
/** Inputs of one sign: one pass carries them. */
const x = Float32Array.from({ length: k }, () => Math.abs(draw.gaussian()));
const largest = Math.max(...x);
const level = (c: number, j: number): number => weights[c * k + j]! / scaleOf(c);
const scaleOf = (c: number): number => Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs));
const sum = (c: number, of: (v: number) => number): number =>
  x.reduce((total, value, j) => total + (value / largest) * of(level(c, j)), 0);

const exact = {
  weight_bits: 0,
  input_bits: 12,
  adc_bits: 0,
  input_gain_spread: 0,
  output_gain_spread: 0,
  pixel_spread: 0,
  crosstalk_trim: 0,
};
const photons = { ...exact, load_resistance: 0, dark_current: 0, rin: -300 };
const array = (values: Record<string, unknown>): Freespace => frameOf(NAME, values) as unknown as Freespace;
/** Laser power for `counts` of an open pixel. */
const powerFor = (counts: number, values: Record<string, unknown> = {}): number =>
  counts / pixelCounts(array({ ...values, laser_power: 1 }));

describe('rails', () => {
  it('differ by κ·v and share 2ε + (1 − ε)|v|', () => {
    for (const v of [-1, -0.3, 0, 0.7]) {
      const [p, q] = railsOf(v, { dark: 0.063, leak: 0.005 });
      expect(p - q).toBeCloseTo((1 - 0.063) * (1 - 0.01) * v, 12);
      expect(p + q).toBeCloseTo(2 * 0.063 + (1 - 0.063) * Math.abs(v), 12);
    }
  });
});

describe('shot noise of a dual-rail array', () => {
  const draws = 4_000;

  it.each([
    ['counts', 3],
    ['many counts', 3_000],
  ])('is Σ(P + Q)x/(n·κ²), with %s', (_, counts) => {
    const values = { ...photons, laser_power: powerFor(counts) };
    readings(NAME, values, weights, x, draws).forEach(({ mean, variance }, c) => {
      const dark = 10 ** -1.2;
      const contrast = (1 - dark) * 0.99;
      const law = sum(c, (v) => 2 * dark + (1 - dark) * Math.abs(v)) / (counts * contrast ** 2);
      const unit = scaleOf(c) * largest;
      expect(Math.abs(variance / (law * unit ** 2) - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / counts) / draws) + 0.01);
      expect(Math.abs(mean - sum(c, (v) => v) * unit)).toBeLessThan((4 * Math.sqrt(law / draws) + 0.01) * unit);
    });
  });

  // Brute force: Poisson counts of every pixel of every input, as Wang et al.'s code has them of one rail.
  it('agrees with Poisson counts of every pixel', () => {
    const counts = 2;
    const words = random(7);
    const word = (): number => Math.floor(words.uniform() * 2 ** 32);
    const [device] = readings(NAME, { ...photons, laser_power: powerFor(counts) }, weights.subarray(0, k), x, draws);
    const rails = { dark: 10 ** -1.2, leak: 0.005 };
    const values = Float64Array.from({ length: 3_000 }, () => {
      let difference = 0;
      for (let j = 0; j < k; j++) {
        const [p, q] = railsOf(level(0, j), rails);
        const light = (counts * x[j]!) / largest;
        difference += poisson(light * p, word(), word()) - poisson(light * q, word(), word());
      }
      return difference / (counts * (1 - rails.dark) * 0.99);
    });
    const brute = moments(values).variance * (scaleOf(0) * largest) ** 2;
    expect(Math.abs(device!.variance / brute - 1)).toBeLessThan(4 * Math.sqrt(2.5 / draws + 2.5 / 3_000) + 0.01);
  });

  it('by rank one differs from the exact one by 1 to 20 % at 64 inputs', () => {
    const of = (variance: string) =>
      readings(NAME, { ...photons, variance, laser_power: powerFor(3_000) }, weights, x, draws);
    const exactly = of('exact');
    const ratios = of('rank1').map(({ variance }, c) => variance / exactly[c]!.variance - 1);
    const rms = Math.sqrt(ratios.reduce((total, ratio) => total + ratio ** 2, 0) / n);
    expect(rms).toBeGreaterThan(0.01);
    expect(rms).toBeLessThan(0.2);
  });
});

// Lightning's emulation adds noise to |x| and takes the magnitude again: small products come out too large.
describe('a product of nothing', () => {
  it('stays nothing on average, whatever its noise', () => {
    const w = Float32Array.from({ length: k }, (_, j) => (j % 2 === 0 ? 0.05 : -0.05));
    const even = new Float32Array(k).fill(1);
    const { mean, variance } = readings(NAME, { ...photons, laser_power: powerFor(3) }, w, even, 8_000)[0]!;
    expect(variance).toBeGreaterThan(0.05 ** 2);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / 8_000) + 1e-4);
  });
});

describe('the offset encoding', () => {
  it('has 2·w_max/⟨|w|⟩ times the variance of two rails, at equal light to an open pixel: more than 9 of a matrix', () => {
    const wide = 256;
    const w = random(3).gaussians(8 * wide, 0.05);
    // A scale that a matrix of a hundred thousand Gaussian weights shares: 4.2 standard deviations.
    for (let c = 0; c < 8; c++) w[c * wide] = 4.2 * 0.05;
    const inputs = Float32Array.from({ length: wide }, () => Math.abs(draw.gaussian()));
    const of = (weight_encoding: string): number => {
      const values = { ...photons, extinction_ratio: 60, leak: 0, weight_encoding };
      const laser_power = powerFor(1_000, values);
      return readings(NAME, { ...values, laser_power }, w, inputs, 4_000).reduce(
        (total, { variance }) => total + variance,
        0,
      );
    };
    // 4·Σx·(1 + v)/2 of an offset against Σx·|v|.
    const top = Math.max(...inputs);
    let offset = 0;
    let rails = 0;
    w.forEach((value, i) => {
      offset += (2 * inputs[i % wide]! * (1 + value / 0.21)) / top;
      rails += (inputs[i % wide]! * Math.abs(value / 0.21)) / top;
    });
    const ratio = of('offset') / of('dual-rail');
    expect(Math.abs(ratio / (offset / rails) - 1)).toBeLessThan(4 * Math.sqrt(4 / (4_000 * 8)) + 0.01);
    expect(ratio).toBeGreaterThan(9);
  });

  it('is subtracted to the exact product', () => {
    const { y } = programmed(NAME, { ...exact, noise: 'none', weight_encoding: 'offset' }, weights, k).execute(
      batchOf(x, 1),
    );
    expect(relativeError(y, exactProduct(weights, x, 1, k, n))).toBeLessThan(4e-3);
  });
});

describe('static error of a free-space array', () => {
  const quiet = { ...exact, noise: 'none' };
  const eye = new Float32Array(k * k);
  for (let j = 0; j < k; j++) eye[j * k + j] = 1;
  const matrix = (values: Record<string, unknown>, w = weights) =>
    programmed(NAME, { ...quiet, ...values }, w, k).execute(batchOf(eye, k)).y;

  it('lets neighbours in: (1 − c) of its own, c/2 of either side, and none from bank to bank', () => {
    const wide = new Float32Array(512 * k);
    for (const [c, value] of [
      [10, 1],
      [255, 1],
      [257, 1],
    ] as const)
      wide[c * k] = value;
    // Every column at full scale 1, so that neighbours' light counts as it stands.
    for (let c = 0; c < 512; c++) wide[c * k + 1] = 1;
    const y = matrix({ crosstalk_trim: 1, crosstalk: 0.06 }, wide);
    const seen = (c: number): number => y[c]!;
    expect(seen(10)).toBeCloseTo(0.94, 2);
    expect(seen(9)).toBeCloseTo(0.03, 2);
    expect(seen(11)).toBeCloseTo(0.03, 2);
    expect(seen(254)).toBeCloseTo(0.03, 2);
    expect(seen(256)).toBeCloseTo(0.03, 2);
    // Column 256 has light of 257 alone; 255 is in the bank before.
    expect(seen(258)).toBeCloseTo(0.03, 2);
    expect(Math.abs(seen(12))).toBeLessThan(1e-3);
  });

  it('takes shards that begin with a bank of detectors, and no others', () => {
    const device = createDevice(variant(NAME), engine);
    const wide = new Float32Array(256 * k);
    const shard = (start: number) => device.program(shardOf({ k, n: 1024 }, NAME, start, start + 256), wide);
    expect(shard(512).spec.columnStart).toBe(512);
    expect(() => shard(100)).toThrow(expect.objectContaining({ code: 'invalid_shard' }));
  });

  it('has gains of inputs, and of the rails of outputs, with their spreads', () => {
    const ones = new Float32Array(256 * k).fill(0.5);
    const y = matrix({ input_gain_spread: 0.05 }, ones);
    const gains = Float64Array.from({ length: k }, (_, j) => y[j * 256]! / 0.5 - 1);
    // An input's gain is the same at every output.
    for (let j = 0; j < k; j++) expect(y[j * 256 + 200]).toBeCloseTo(y[j * 256]!, 4);
    expect(Math.sqrt(moments(gains).variance) / 0.05).toBeCloseTo(1, 0.5);
    const outputs = matrix({ output_gain_spread: 0.05, extinction_ratio: 60 }, ones);
    const rails = Float64Array.from({ length: 256 }, (_, c) => outputs[c]! / 0.5 - 1);
    expect(Math.sqrt(moments(rails).variance) / 0.05).toBeCloseTo(1, 0.5);
  });

  it('grows with what shut pixels let through: rails of unequal gain leave an offset', () => {
    const zero = weights.map((_, i) => (i % k === 0 ? 1 : 0));
    const error = (extinction_ratio: number): number => {
      const y = matrix({ output_gain_spread: 0.05, extinction_ratio }, zero);
      return Math.sqrt(moments(y.subarray(n * 1)).variance);
    };
    expect(error(10)).toBeGreaterThan(5 * error(20));
  });
});

describe('the ledger of a free-space array', () => {
  it('takes two symbols a row, and its load once an execution', () => {
    const { ledger } = programmed(NAME, {}, weights, k).execute(
      batchOf(
        Float32Array.from({ length: 3 * k }, () => 1),
        3,
      ),
    );
    expect(ledger.dacConversions).toBe(2 * 3 * k);
    expect(ledger.adcConversions).toBe(2 * 3 * n);
    expect(ledger.seconds).toBeCloseTo(10e-3 + 3 * 2 * 1e-8 + 1e-8, 12);
    expect(ledger.reloads).toBe(1);
  });
});
