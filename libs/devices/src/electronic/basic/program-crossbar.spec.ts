import { staticSource } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { moments, random } from '../../../../tile-engine/testing/random.js';
import { crossbarBasic, varied } from '../../../testing/profiles.js';
import { valuesOf } from '../../profile/quantity.js';
import { deviceStatistics } from './conductance.js';
import { programCrossbar } from './program-crossbar.js';

/** PCM after AIHWKIT's PCMLikeNoiseModel. */
const pcm = valuesOf(
  varied(crossbarBasic, {
    g_min: 0,
    g_max: 25e-6,
    programming_sigma: [0.26348e-6, 1.965e-6, -1.1731e-6],
    read_law: 'pcm',
    read_coefficients: [0.0088, 0.65, 0.2],
    read_delay: 20,
    read_pulse: 250e-9,
  }).parameters,
);
const rram = valuesOf(crossbarBasic.parameters);

describe('laws of a device', () => {
  it('PCM: σ_prog and σ_read of the published model', () => {
    const { programmingSigma, readSigma } = deviceStatistics(pcm);
    for (const [r, sigma] of [
      [0.1, 0.449],
      [0.5, 0.954],
      [1, 1.056],
    ] as const)
      expect(Math.abs(programmingSigma(r * 25e-6) * 1e6 - sigma)).toBeLessThan(0.002);
    // Q_s = min(0.0088/r^0.65, 0.2), √ln((20 s + 250 ns)/500 ns) = 4.1838.
    expect(readSigma(12.5e-6) / (12.5e-6 * (0.0088 / 0.5 ** 0.65) * 4.1838)).toBeCloseTo(1, 3);
    expect(readSigma(1e-9) / (1e-9 * 0.2 * 4.1838)).toBeCloseTo(1, 3);
    expect(readSigma(0)).toBe(0);
  });

  it('RRAM: σ_prog and σ_read of the published model', () => {
    const { programmingSigma, readSigma } = deviceStatistics(rram);
    expect(programmingSigma(50e-6) * 1e6).toBeCloseTo(0.0112185391 + 0.01129027418 * 50, 6);
    expect(readSigma(50e-6) * 1e6).toBeCloseTo(
      0.0277316483 * Math.log10(50) * Math.sqrt(Math.log((1 + 1e-6) / 2e-6)),
      9,
    );
    expect(readSigma(0.5e-6)).toBe(0);
  });

  it('never have a negative spread', () => {
    const { programmingSigma } = deviceStatistics({ ...pcm, programming_sigma: [-1e-6] });
    expect(programmingSigma(1e-6)).toBe(0);
  });
});

describe('programming', () => {
  const k = 256;
  const columns = 512;

  /** Programs every pair but a column's first to r·g_max, the first to g_max, and returns the weights' errors. */
  const errors = (r: number): Float64Array => {
    const weights = new Float32Array(k * columns).fill(r);
    for (let column = 0; column < columns; column++) weights[column * k] = 1;
    const { weights: programmed } = programCrossbar(pcm, weights, k, columns, 0, staticSource(1n, 'm'));
    return Float64Array.from(programmed, (value, i) => value - weights[i]!).filter((_, i) => i % k !== 0);
  };

  it.each([
    [0.1, 0.449],
    [0.5, 0.954],
  ])('at r = %d misses by σ_prog = %d µS, and by the empty side of the pair', (r, sigma) => {
    const sample = errors(r);
    expect(sample.length).toBeGreaterThan(100_000);
    const { mean, variance } = moments(sample);
    // The empty side is max(0, ξ)·0.26348 µS: mean σ/√(2π), variance σ²(½ − 1/(2π)).
    const empty = 0.26348 / 25;
    const expected = (sigma / 25) ** 2 + empty ** 2 * (0.5 - 1 / (2 * Math.PI));
    const count = sample.length;
    expect(Math.abs(mean + empty / Math.sqrt(2 * Math.PI))).toBeLessThan(3 * Math.sqrt(expected / count));
    // 3 standard errors, and 0.1 % because the published σ has three digits.
    expect(Math.abs(Math.sqrt(variance / expected) - 1)).toBeLessThan(3 / Math.sqrt(2 * count) + 0.001);
  });

  it('at g_max only misses downwards, by σ_prog = 1.056 µS', () => {
    const weights = new Float32Array(k * columns).fill(1);
    const { weights: programmed, rowConductance } = programCrossbar(pcm, weights, k, columns, 0, staticSource(1n, 'm'));
    // Half the devices saturate at g_max; the conductance on the rows holds both sides of every pair.
    expect(programmed.every((value) => value <= 1)).toBe(true);
    const total = rowConductance.reduce((sum, g) => sum + g, 0) / (k * columns) / 25e-6;
    const side = 1 / Math.sqrt(2 * Math.PI);
    // Mean of g⁺ is g_max − σ/√(2π), of g⁻ 0.26348/√(2π).
    expect(Math.abs(total - (1 - (1.056 / 25) * side + (0.26348 / 25) * side))).toBeLessThan(
      3 * (1.1 / 25 / Math.sqrt(k * columns)) + 1e-5,
    );
    const missed = programmed.filter((value) => value < 1);
    const squares = moments(missed);
    const g = squares.variance + (1 - squares.mean) ** 2;
    expect(missed.length / programmed.length).toBeGreaterThan(0.5);
    expect(Math.sqrt(g) * 25).toBeLessThan(1.2);
  });

  it('draws by matrix position: a shard and a longer matrix have the same errors', () => {
    const weights = random(2).gaussians(k * 8);
    const source = staticSource(9n, 'm');
    const whole = programCrossbar(rram, weights, k, 8, 256, source);
    const part = programCrossbar(rram, weights.subarray(3 * k), k, 5, 259, source);
    expect(part.weights).toEqual(whole.weights.subarray(3 * k));
    expect(part.readNoise).toEqual(whole.readNoise.subarray(3));
  });

  it('refers read noise to the output by its mean: the variance of a row is exact within 10 %', () => {
    const draw = random(4);
    const weights = draw.gaussians(k * 64);
    const quiet = { ...rram, programming_sigma: [0] };
    const { readNoise, weights: programmed } = programCrossbar(quiet, weights, k, 64, 0, staticSource(1n, 'm'));
    expect(programmed).toEqual(programmed.map((value, i) => (Math.abs(value - weights[i]!) < 1e-6 ? value : NaN)));
    const { readSigma } = deviceStatistics(rram);
    const range = rram.g_max - rram.g_min;
    for (let column = 0; column < 64; column++) {
      const w = weights.subarray(column * k, column * k + k);
      const largest = Math.max(...w.map(Math.abs));
      const x = draw.gaussians(k);
      let exact = 0;
      let power = 0;
      x.forEach((value, i) => {
        const plus = readSigma(rram.g_min + (range * Math.max(w[i]!, 0)) / largest);
        const minus = readSigma(rram.g_min + (range * Math.max(-w[i]!, 0)) / largest);
        exact += value * value * (plus * plus + minus * minus);
        power += value * value;
      });
      expect(Math.abs((power * (readNoise[column]! * rram.g_max) ** 2) / exact - 1)).toBeLessThan(0.1);
    }
  });
});
