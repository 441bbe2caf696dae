import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, moments, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { programmed, readings } from '../../../testing/optical.js';
import { frameOf } from '../../../testing/profiles.js';
import { cosine } from '../common/angles.js';
import type { PhaseMask } from './parameters.js';
import { countsOf } from './light.js';
import { jitterGain, jitterVariance, PhaseLevels, phaseShift } from './phases.js';

const k = 128;
const n = 16;
const draw = random(9);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(k);
const largest = Math.max(...x.map(Math.abs));
const scaleOf = (c: number): number => Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs));
/** Σ x²·f(v) of a column, in full products squared. */
const power = (c: number, of: (v: number) => number): number =>
  x.reduce((sum, value, j) => sum + (value / largest) ** 2 * of(weights[c * k + j]! / scaleOf(c)), 0);

const still = { weight_bits: 0, input_bits: 12, adc_bits: 0, phase_error: 0, phase_jitter: 0, phase_drift: 0 };
const silent = { ...still, laser_power: 1e9, rin: -300, load_resistance: 0, dark_current: 0 };
const mask = (values: Record<string, unknown> = {}): PhaseMask => frameOf('phase-mask', values) as unknown as PhaseMask;

describe('phases of a mask', () => {
  it.each([
    [4, 0.0463],
    [6, 0.0116],
    [8, 0.0029],
  ])('of %d bits miss uniform weights by %d rms', (bits, rms) => {
    const levels = new PhaseLevels(bits);
    const { uniform } = random(bits);
    const draws = 100_000;
    let sum = 0;
    for (let i = 0; i < draws; i++) {
      const w = 2 * uniform() - 1;
      sum += (levels.nearest(w) - w) ** 2;
    }
    expect(Math.sqrt(sum / draws) / rms).toBeCloseTo(1, 1);
    expect(levels.nearest(0)).toBeCloseTo(0, 15);
    expect(levels.nearest(1)).toBe(1);
  });

  it.each([1, 2, 5, 8, 12])('of %d bits are the nearest in phase everywhere, next to their borders too', (bits) => {
    const levels = new PhaseLevels(bits);
    const count = 2 ** bits;
    const at = (c: number): number => levels.nearest(cosine((Math.PI * c) / count));
    for (let c = 0; c < count; c++) {
      const level = cosine((Math.PI * c) / count);
      expect(levels.nearest(level)).toBe(level);
      expect([at(c + 0.499), at(c - (c > 0 ? 0.499 : 0))]).toEqual([level, level]);
      if (c === count - 1) continue;
      const halfway = cosine((Math.PI * (c + 0.5)) / count);
      const below = halfway - 2 ** -52;
      expect([levels.nearest(halfway), levels.nearest(below)]).toEqual([level, cosine((Math.PI * (c + 1)) / count)]);
    }
    expect([levels.nearest(1), levels.nearest(-1)]).toEqual([1, cosine((Math.PI * (count - 1)) / count)]);
  });

  it('have the exact moments of a Gaussian error', () => {
    const { gaussian } = random(2);
    for (const [w, sigma] of [
      [0.3, 0.1],
      [0.9, 0.4],
      [-1, 0.3],
    ] as const) {
      const values = Float64Array.from({ length: 200_000 }, () => w + phaseShift(w, sigma * gaussian()));
      const { mean, variance } = moments(values);
      expect(mean).toBeCloseTo(w * jitterGain(sigma), 2.5);
      expect(variance / jitterVariance(sigma)(w)).toBeCloseTo(1, 1.5);
    }
  });

  it('give cos(φ + δ) of any angle', () => {
    for (const w of [-0.99, -0.2, 0, 0.5, 1])
      for (const delta of [-2, -0.1, 0, 0.3, 1.5])
        expect(w + phaseShift(w, delta)).toBeCloseTo(Math.cos(Math.acos(w) + delta), 12);
  });
});

describe('noise of a phase mask', () => {
  // Lightening-Transformer has phase noise in second order alone, and sees accuracy stay as it grows.
  it('is first order in phase jitter: it doubles with σ, and falls on weights near 0 most', () => {
    const [one, two] = [0.05, 0.1].map((phase_jitter) =>
      readings('phase-mask', { ...silent, phase_jitter, variance: 'exact' }, weights, x, 3_000),
    );
    one!.forEach(({ variance }, c) => {
      const scale = (scaleOf(c) * largest) ** 2;
      const law = power(c, jitterVariance(0.05)) * scale;
      expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / 3_000) + 0.01);
      expect(law / (0.05 ** 2 * power(c, (v) => 1 - v * v) * scale)).toBeCloseTo(1, 1.5);
      expect(two![c]!.variance / variance).toBeGreaterThan(3);
      expect(two![c]!.variance / variance).toBeLessThan(5);
    });
  });

  it('shrinks the mean by e^(−σ²/2)', () => {
    const phase_jitter = 0.3;
    const batch = batchOf(x, 1);
    const quiet = programmed('phase-mask', { ...silent, noise: 'none', phase_jitter }, weights, k).execute(batch).y;
    const exact = exactProduct(weights, x, 1, k, n);
    const along = quiet.reduce((sum, value, c) => sum + value * exact[c]!, 0);
    expect(along / exact.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(Math.exp(-(0.3 ** 2) / 2), 3);
  });

  it('drifts with the reference by δ²·Σx²(1 − w²), and not where four steps know Im S', () => {
    const drift = { ...silent, phase_drift: 0.05, variance: 'exact' };
    readings('phase-mask', drift, weights, x, 3_000).forEach(({ variance }, c) => {
      const law = 0.05 ** 2 * power(c, (v) => 1 - v * v) * (scaleOf(c) * largest) ** 2;
      expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / 3_000) + 0.01);
    });
    readings('phase-mask', { ...drift, detection: 'four-step' }, weights, x, 200).forEach(({ variance }, c) => {
      expect(variance).toBeLessThan(1e-6 * power(c, () => 1) * (scaleOf(c) * largest) ** 2);
    });
  });

  it.each([
    ['balanced', 2],
    ['four-step', 2],
    ['three-exposure', 4],
  ])('of photons is (|S|² + R²)/(4α²R²) of %s, twice that of three exposures', (detection, factor) => {
    const values = {
      ...still,
      detection,
      rin: -300,
      load_resistance: 0,
      dark_current: 0,
      laser_power: detection === 'three-exposure' ? 1e-3 : 1e-2,
      reference_share: detection === 'three-exposure' ? 0.9 : 0.1,
    };
    const { input, reference } = countsOf(mask(values));
    readings('phase-mask', values, weights, x, 3_000).forEach(({ variance }, c) => {
      const signal = input * power(c, () => 1);
      const law = ((factor / 2) * (reference + signal)) / (4 * input * reference);
      expect(Math.abs(variance / (law * (scaleOf(c) * largest) ** 2) - 1)).toBeLessThan(
        4 * Math.sqrt(2 / 3_000) + 0.01,
      );
    });
  });

  it('falls with the laser: tenfold light, a tenth of the variance', () => {
    const values = { ...still, rin: -300, load_resistance: 0, dark_current: 0 };
    const [dim, bright] = [1e-3, 1e-2].map((laser_power) =>
      readings('phase-mask', { ...values, laser_power }, weights, x, 3_000).reduce(
        (sum, { variance }) => sum + variance,
        0,
      ),
    );
    expect(Math.abs(dim! / bright! / 10 - 1)).toBeLessThan(8 * Math.sqrt(2 / (3_000 * n)));
  });
});

describe('static error of a phase mask', () => {
  it('is σ²·(1 − w²) of each weight, the same whenever it is programmed', () => {
    const values = { ...silent, noise: 'none', phase_error: 0.05 };
    const eye = new Float32Array(k * k);
    for (let j = 0; j < k; j++) eye[j * k + j] = 1;
    const read = () => programmed('phase-mask', values, weights, k).execute(batchOf(eye, k)).y;
    const y = read();
    expect(read()).toEqual(y);
    let sum = 0;
    let law = 0;
    for (let c = 0; c < n; c++)
      for (let j = 0; j < k; j++) {
        const v = weights[c * k + j]! / scaleOf(c);
        sum += ((y[j * n + c]! - weights[c * k + j]!) / scaleOf(c)) ** 2;
        law += 0.05 ** 2 * (1 - v * v);
      }
    expect(Math.abs(sum / law - 1)).toBeLessThan(5 * Math.sqrt(2 / (n * k)));
  });

  it('leaves the shipped profile an error below a tenth', () => {
    const { y } = programmed('phase-mask', {}, weights, k).execute(batchOf(x, 1));
    expect(relativeError(y, exactProduct(weights, x, 1, k, n))).toBeLessThan(0.15);
  });
});

describe('the ledger of a phase mask', () => {
  const book = (values: Record<string, unknown>, rows: number) =>
    programmed('phase-mask', values, weights, k).execute(batchOf(new Float32Array(rows * k).fill(1), rows)).ledger;

  it('books the load of its mask with every execution', () => {
    const one = book({}, 1);
    expect(one.reloads).toBe(1);
    expect(one.reloadSeconds).toBeCloseTo(1 / 60, 12);
    expect(one.seconds).toBeCloseTo(1 / 60 + 1e-7 + 1e-8, 9);
    // A second row takes a symbol more.
    expect(book({}, 2).seconds - one.seconds).toBeCloseTo(1e-7, 12);
    expect(one.joules.laser! / ((1 / 0.2) * (one.seconds - 1e-8))).toBeCloseTo(1, 9);
  });

  it('loads tile after tile, or with programming where weights stay', () => {
    const tiles = book({ tile_rows: 64 }, 1);
    expect(tiles.seconds).toBeCloseTo(2 / 60, 4);
    expect(tiles.reloadSeconds).toBeCloseTo(2 / 60, 12);
    expect(book({ tile_rows: 64, arrays: 2 }, 1).seconds).toBeCloseTo(1 / 60, 4);
    // Arrays that load side by side share the memory: twice the arrays, as long for all weights.
    const slow = { tile_rows: 64, load_time: 0, memory_bandwidth: 1e6 };
    expect(book(slow, 1).reloadSeconds).toBeCloseTo((k * n) / 1e6, 9);
    expect(book({ ...slow, arrays: 2 }, 1).reloadSeconds).toBeCloseTo((k * n) / 1e6, 9);
    const resident = book({ weight_residency: 'resident' }, 1);
    expect([resident.reloads, resident.reloadSeconds]).toEqual([0, 0]);
    expect(resident.seconds).toBeCloseTo(1e-7 + 1e-8, 12);
    expect(resident.joules.memory!).toBeLessThan(book({}, 1).joules.memory!);
  });

  it('takes an exposure for each reference phase', () => {
    const resident = { weight_residency: 'resident' };
    const symbols = (detection: string): number => book({ ...resident, detection }, 1).dacConversions / k;
    expect(['balanced', 'four-step', 'three-exposure'].map(symbols)).toEqual([1, 4, 3]);
  });
});
