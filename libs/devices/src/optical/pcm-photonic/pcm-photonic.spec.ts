import { describe, expect, it } from 'vitest';
import { batchOf, moments, random } from '../../../../tile-engine/testing/random.js';
import { engine, programmed, readings } from '../../../testing/optical.js';
import { profiles, variant } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';
import { KINDS } from '../../kinds.js';
import { valuesOf } from '../../profile/quantity.js';
import { CellLevels } from './levels.js';
import { cellCounts } from './light.js';
import type { PcmPhotonic } from './parameters.js';

const NAME = 'pcm-photonic';
/** One crossbar. */
const k = 16;
const n = 16;
const draw = random(71);
const weights = draw.gaussians(n * k, 0.05);
/** Inputs of one sign: one pass carries them. */
const x = Float32Array.from({ length: k }, () => Math.abs(draw.gaussian()));
const largest = Math.max(...x);
const scaleOf = (c: number): number => Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs));
const level = (c: number, j: number): number => weights[c * k + j]! / scaleOf(c);
const sum = (c: number, of: (v: number, input: number) => number): number =>
  x.reduce((total, value, j) => total + of(level(c, j), value / largest), 0);

const exact = { weight_bits: 0, input_bits: 12, adc_bits: 0, write_error: 0, cell_noise: 0 };
const photons = { ...exact, load_resistance: 0, dark_current: 0, rin: -300, extinction_ratio: 60 };
const device = (values: Record<string, unknown> = {}): PcmPhotonic =>
  valuesOf(variant(NAME, values).parameters) as unknown as PcmPhotonic;
const powerFor = (counts: number): number => counts / cellCounts(device({ laser_power: 1 }));

describe('levels of a cell', () => {
  it('are powers of ρ: 32 of them down to 1.4 %, the floor subtracted and the rest rescaled', () => {
    const levels = new CellLevels(5, 0.872);
    expect(levels.floor).toBeCloseTo(0.872 ** 31, 12);
    expect(levels.floor).toBeCloseTo(0.0143, 4);
    levels.all.forEach((u, i) => {
      expect(u).toBeCloseTo((0.872 ** (31 - i) - 0.872 ** 31) / (1 - 0.872 ** 31), 12);
    });
    expect(levels.all[0]).toBe(0);
    expect(levels.all.at(-1)).toBe(1);
  });

  it('are nearest to their magnitudes, with a sign', () => {
    const levels = new CellLevels(3, 0.872);
    for (let v = -1; v <= 1; v += 0.01) {
      const nearest = Math.min(...levels.all.map((u) => Math.abs(u - Math.abs(v))));
      expect(Math.abs(levels.nearest(v) - v)).toBeCloseTo(nearest, 12);
    }
  });

  // Between u and ρ·u, weights are off by up to (1 − ρ)/2 of themselves, (1 − ρ)/√12 or so rms.
  it('are a fixed ratio apart: the error of a large weight is relative to it', () => {
    const levels = new CellLevels(8, 0.872);
    let squares = 0;
    for (let i = 0; i < 10_000; i++) {
      const v = 0.2 + (0.8 * i) / 10_000;
      squares += (levels.nearest(v) / v - 1) ** 2 / 10_000;
    }
    expect(Math.sqrt(squares) / (0.137 / Math.sqrt(12))).toBeCloseTo(1, 1);
  });

  it('leave weights as they are without bits', () => {
    expect(new CellLevels(0, 0.872).nearest(-0.123)).toBe(-0.123);
    expect(new CellLevels(0, 0.872).floor).toBe(0);
  });
});

describe('light of a crossbar', () => {
  it('is divided among N inputs, 2M cells, and by couplers among N again', () => {
    // 2 W, 10 dB, 1 A/W, 14 GHz.
    const photonsOfLaser = (2 * 0.1) / 1.602176634e-19 / 14e9;
    expect(cellCounts(device())).toBeCloseTo(photonsOfLaser / (16 * 32 * 16), 6);
    expect(cellCounts(device({ column_combining: 'multiplexers' }))).toBeCloseTo(photonsOfLaser / (16 * 32), 4);
  });

  const draws = 4_000;

  it.each([3, 3_000])('counts Σ(P + Q)·x, with %d counts to an open cell', (counts) => {
    readings(NAME, { ...photons, laser_power: powerFor(counts) }, weights, x, draws).forEach(
      ({ mean, variance }, c) => {
        const law = sum(c, (v, input) => Math.abs(v) * input) / counts;
        const unit = scaleOf(c) * largest;
        expect(Math.abs(variance / (law * unit ** 2) - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / counts) / draws) + 0.01);
        expect(Math.abs(mean - sum(c, (v, input) => v * input) * unit)).toBeLessThan(
          (4 * Math.sqrt(law / draws) + 0.01) * unit,
        );
      },
    );
  });

  it('pays for the floor of both cells, and for the contrast it leaves', () => {
    const counts = 3_000;
    const levels = new CellLevels(3, 0.872);
    const f = levels.floor;
    readings(NAME, { ...photons, weight_bits: 3, laser_power: powerFor(counts) }, weights, x, draws).forEach(
      ({ variance }, c) => {
        const light = sum(c, (v, input) => (2 * f + (1 - f) * Math.abs(levels.nearest(v))) * input);
        const law = (light / (counts * (1 - f) ** 2)) * (scaleOf(c) * largest) ** 2;
        expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / draws) + 0.01);
      },
    );
  });

  it('finds every transmission off by its noise: √Σ(P² + Q²)x² on average over a matrix', () => {
    const noisy = { ...photons, laser_power: 1e6, cell_noise: 0.05 };
    const ratios = readings(NAME, noisy, weights, x, draws).map(({ variance }, c) => {
      const law = 0.05 ** 2 * sum(c, (v, input) => (v * input) ** 2) * (scaleOf(c) * largest) ** 2;
      return variance / law;
    });
    // Mean of squares times ‖x‖² in place of the sum of products: 16 inputs scatter, a matrix does not.
    expect(ratios.reduce((a, b) => a + b) / n).toBeCloseTo(1, 0.5);
  });
});

describe('static error of a crossbar', () => {
  const eye = new Float32Array(k * k);
  for (let j = 0; j < k; j++) eye[j * k + j] = 1;
  const read = (values: Record<string, unknown>): Float64Array => {
    const { y } = programmed(NAME, { ...exact, noise: 'none', ...values }, weights, k).execute(batchOf(eye, k));
    return Float64Array.from(
      { length: n * k },
      (_, i) => y[(i % k) * n + Math.floor(i / k)]! / scaleOf(Math.floor(i / k)),
    );
  };

  it('is a write error of each of two cells', () => {
    const plain = read({});
    const errors = read({ write_error: 0.02 }).map((value, i) => value - plain[i]!);
    expect(Math.abs(Math.sqrt(moments(errors).variance) / (0.02 * Math.SQRT2) - 1)).toBeLessThan(
      4 / Math.sqrt(2 * n * k) + 0.01,
    );
  });

  it('is the distance to the nearest level', () => {
    const levels = new CellLevels(4, 0.872);
    read({ weight_bits: 4 }).forEach((value, i) => {
      expect(value).toBeCloseTo(levels.nearest(level(Math.floor(i / k), i % k)), 2);
    });
  });
});

describe('what a crossbar takes', () => {
  const crossbar = createDevice(profiles.devices.get(NAME)!, engine);

  it('writes two cells of a weight once, and holds them without power', () => {
    const shard = programmed(NAME, {}, weights, k);
    expect(shard.programLedger.joules.program).toBeCloseTo(2 * 256 * 4e-10, 15);
    expect(shard.programLedger.seconds).toBeGreaterThan(3.2e-5);
    const { joules, reloads, reloadSeconds } = crossbar.cost!(16, 16, 100);
    expect(joules.program).toBe(0);
    expect(joules.array).toBe(0);
    expect([reloads, reloadSeconds]).toEqual([0, 0]);
  });

  it('writes them for every execution where one crossbar serves all matrices', () => {
    const shared = createDevice(variant(NAME, { weight_residency: 'reloaded' }), engine);
    const ledger = shared.cost!(32, 16, 1);
    expect(ledger.reloadSeconds).toBeCloseTo(2 * 3.2e-5, 12);
    expect(ledger.joules.program).toBeCloseTo(2 * 512 * 4e-10, 15);
  });

  it('reads all crossbars side by side, 1/14 GHz for each sign', () => {
    expect(crossbar.cost!(160, 160, 7).seconds).toBeCloseTo((7 * 2) / 14e9 + 10e-9, 15);
  });
});

describe('the checks of a crossbar', () => {
  it.each<[string, Record<string, unknown>]>([
    ['level_ratio', { level_ratio: 1 }],
    ['weight_bits', { weight_bits: 9 }],
    ['extinction_ratio', { extinction_ratio: 1 }],
  ])('name %s for %o', (parameter, values) => {
    const { kind, parameters } = variant(NAME, values);
    expect(KINDS.get(kind)!.check?.(valuesOf(parameters))?.parameter).toBe(parameter);
  });
});
