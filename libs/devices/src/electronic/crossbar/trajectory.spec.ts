import { describe, expect, it } from 'vitest';
import { moments } from '../../../../tile-engine/testing/random.js';
import { frameOf } from '../../../testing/profiles.js';
import { cmoHfoxCell } from '../cmo-hfox/cmo-hfox.js';
import { neurramCell } from '../neurram/neurram.js';
import { pcmCell } from '../pcm/pcm.js';
import { sonosCell } from '../sonos/sonos.js';
import type { Cell } from './cell.js';
import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from './cell-draws.js';
import { bring, type Devices, lawsAt } from './trajectory.js';

const COUNT = 400_000;
const z = new Float32Array(COUNT * NORMALS_PER_CELL);
columnNormals(z, staticKey(5n, 'statistics', DOMAIN.cells), 0, 0, 0, COUNT);
/** Normals of the read, apart from those of the cells. */
const reads = new Float32Array(COUNT * NORMALS_PER_CELL);
columnNormals(reads, staticKey(6n, 'reads', DOMAIN.cells), 0, 0, 0, COUNT);

/** 400 000 devices of one target at an age, each read once. */
function devicesAt(cell: Cell, gMax: number, target: number, t: number): Devices & { readonly read: Float64Array } {
  const devices = {
    target: new Float64Array(COUNT).fill(target),
    g: new Float64Array(COUNT),
    variance: new Float64Array(COUNT),
  };
  bring(lawsAt(cell, gMax, t, 1), devices, 0, COUNT, z, 0);
  const read = devices.g.map((g, i) => Math.max(0, g + Math.sqrt(devices.variance[i]!) * reads[NORMALS_PER_CELL * i]!));
  return { ...devices, read };
}

/**
 * How far mean and standard deviation are from values that were published with `digits` decimals, as a part of what is
 * allowed: three standard errors, twice for the deviation, which was drawn there, too.
 */
function miss(values: Float64Array, mean: number, sigma: number, digits: number): number {
  const seen = moments(values);
  const rounding = 0.5 * 10 ** -digits;
  const kurtosis = Math.sqrt((2 + Math.max(0, seen.kurtosis)) / 4);
  return Math.max(
    Math.abs(seen.mean - mean) / ((3 * sigma) / Math.sqrt(COUNT) + rounding),
    Math.abs(Math.sqrt(seen.variance) - sigma) / ((6 * sigma * kurtosis) / Math.sqrt(COUNT) + rounding + 1e-4 * sigma),
  );
}

/**
 * Holds a closed form (or 400 000 draws of our own, `draws` 2) to a standard deviation that was seen in 400 000 draws
 * and published with three decimals.
 */
function expectSigma(value: number, published: number, draws = 1): void {
  expect(Math.abs(value - published)).toBeLessThan((3 * Math.sqrt(draws) * published) / Math.sqrt(2 * COUNT) + 0.0005);
}

const AGES = [1, 3600, 86_400, 31_536_000];

describe('PCM after PCMLikeNoiseModel', () => {
  const p = frameOf('pcm-standard', {}) as never as Parameters<typeof pcmCell>[0];
  const cell = pcmCell(p);

  it.each([
    [0.1, 0.449, 0.0602, 0.0227],
    [0.5, 0.954, 0.049, 0.008],
    [1, 1.056, 0.049, 0.008],
  ])('r = %d: σ_prog %d µS, ν %d ± %d', (r, sigma, mean, spread) => {
    expectSigma(cell.programmingSigma(r * p.g_max, 0) * 1e6, sigma);
    const { g } = devicesAt(cell, p.g_max, r * p.g_max, 0);
    const later = devicesAt(cell, p.g_max, r * p.g_max, 86_400).g;
    // ν off the trajectories: both ages are of the same devices.
    const nu = g.map((value, i) => (value > 0 ? -Math.log(later[i]! / value) / Math.log((86_400 + 20) / 20) : mean));
    expect(miss(nu, mean, spread, 4)).toBeLessThan(1);
  });

  it.each([
    [0.1, [0.0996, 0.0736, 0.0615, 0.0446], [0.0242, 0.0211, 0.0205, 0.0198]],
    [0.5, [0.4988, 0.3879, 0.3326, 0.2501], [0.0478, 0.0423, 0.0411, 0.0396]],
    [1, [0.9974, 0.7757, 0.665, 0.5003], [0.0559, 0.0564, 0.0605, 0.066]],
  ])('r = %d: g/g_max at 1 s, 1 h, 1 d and 1 y', (r, means, sigmas) => {
    for (const [i, t] of AGES.entries())
      expect(
        miss(
          devicesAt(cell, p.g_max, r * p.g_max, t).read.map((g) => g / p.g_max),
          means[i]!,
          sigmas[i]!,
          4,
        ),
      ).toBeLessThan(1);
  });
});

describe('PCM of the HERMES chip', () => {
  const p = frameOf('pcm-hermes-14nm', {}) as never as Parameters<typeof pcmCell>[0];
  const cell = pcmCell(p);

  it('r = 1: σ_prog, ν, and g/g_max at 1 s, 1 h, 1 d and 1 y', () => {
    expect(cell.programmingSigma(p.g_max, 0) * 1e6).toBeCloseTo(1.093, 3);
    const nu = cell.drift!.exponent(p.g_max);
    expect(nu.mean).toBeCloseTo(0.0174, 4);
    expect(nu.sigma).toBeCloseTo(0.0048, 4);
    const expected = [
      [1, 0.0756],
      [0.9566, 0.0756],
      [0.9063, 0.0775],
      [0.8191, 0.0842],
    ] as const;
    for (const [i, t] of AGES.entries())
      expect(
        miss(
          devicesAt(cell, p.g_max, p.g_max, t).read.map((g) => g / p.g_max),
          expected[i]![0],
          expected[i]![1],
          4,
        ),
      ).toBeLessThan(1);
  });

  it('r = 0.05: the logarithmic branches', () => {
    const nu = cell.drift!.exponent(0.05 * p.g_max);
    expect(nu.mean).toBeCloseTo(-0.0387 * Math.log(0.05) - 0.0182, 9);
    expect(nu.sigma).toBeCloseTo(-0.0117 * Math.log(0.05) - 0.0057, 9);
  });
});

describe('RRAM of NeuRRAM', () => {
  const p = frameOf('rram-neurram-130nm', {}) as never as Parameters<typeof neurramCell>[0];
  const cell = neurramCell(p);

  it.each([
    [0.1, [1.553, 2.336, 2.305]],
    [1, [1.103, 2.647, 2.678]],
  ])('r = %d: σ at 1 s, 1 d and 2 d, and held outside', (r, sigmas) => {
    for (const [i, t] of [1, 86_400, 172_800].entries())
      // Published with conductances cut at 0, which r = 0.1 shows.
      expectSigma(Math.sqrt(moments(devicesAt(cell, p.g_max, r * p.g_max, t).g).variance) * 1e6, sigmas[i]!, 2);
    expect(cell.programmingSigma(r * p.g_max, 0)).toBe(cell.programmingSigma(r * p.g_max, 1));
    expect(cell.programmingSigma(r * p.g_max, 1e9)).toBe(cell.programmingSigma(r * p.g_max, 172_800));
    const between = cell.programmingSigma(r * p.g_max, 300) * 1e6;
    expect(between).toBeGreaterThan(sigmas[0]!);
    expect(between).toBeLessThan(sigmas[1]!);
  });

  it('draws with that spread', () => {
    expect(
      miss(
        devicesAt(cell, p.g_max, 0.5 * p.g_max, 86_400).g.map((g) => g * 1e6),
        20,
        cell.programmingSigma(0.5 * p.g_max, 86_400) * 1e6,
        3,
      ),
    ).toBeLessThan(1);
  });
});

describe('RRAM of CMO/HfOx', () => {
  const cellOf = (acceptance: string) =>
    cmoHfoxCell(frameOf('rram-cmo-hfox', { acceptance }) as never as Parameters<typeof cmoHfoxCell>[0]);

  it('has both acceptance tables, and takes the one it is told: 2 % is ten times 0.2 %', () => {
    const wide = cellOf('2 %').programmingSigma(50e-6, 0) * 1e6;
    const narrow = cellOf('0.2 %').programmingSigma(50e-6, 0) * 1e6;
    expect(wide).toBeCloseTo(0.0112185391 + 0.01129027418 * 50, 9);
    expect(narrow).toBeCloseTo(0.00081107 + 0.00106879 * 50, 9);
    // Where devices are left anywhere in a window of ±2 %, their spread is 2 %/√3 = 1.155 %.
    expect(Math.abs(wide / 50 / (0.02 / Math.sqrt(3)) - 1)).toBeLessThan(0.01);
    expect(Math.abs(narrow / 50 / (0.002 / Math.sqrt(3)) - 1)).toBeLessThan(0.07);
  });

  it.each([1, 3600, 86_400, 31_536_000])('relaxes as published after %d s, and reads with 1/f noise', (t) => {
    const cell = cellOf('2 %');
    const programmed = 0.0112185391 + 0.01129027418 * 50;
    const relaxed = 0.04201137 * Math.log(t) + 0.41183342;
    const mean = 50 - 0.08900206 * Math.log(t);
    const { g, variance } = devicesAt(cell, 88.2e-6, 50e-6, t);
    expect(
      miss(
        g.map((value) => value * 1e6),
        mean,
        Math.hypot(programmed, relaxed),
        5,
      ),
    ).toBeLessThan(1);
    const read = 0.0277316483 * Math.log10(50) * Math.sqrt(Math.log((t + 1e-6) / 2e-6));
    const rms = Math.sqrt(moments(variance).mean) * 1e6;
    expect(Math.abs(rms / read - 1)).toBeLessThan(0.01);
  });

  it('stays within g_min and g_max', () => {
    const cell = cellOf('2 %');
    for (const target of [9e-6, 88.2e-6]) {
      const { g } = devicesAt(cell, 88.2e-6, target, 86_400);
      expect(g.every((value) => value >= 9e-6 && value <= 88.2e-6)).toBe(true);
    }
  });
});

describe('SONOS flash below threshold', () => {
  const p = frameOf('flash-sonos-40nm', {}) as never as Parameters<typeof sonosCell>[0];
  const cell = sonosCell(p);
  const nanoampere = (g: number): number => g * 0.1 * 1e9;

  it('spreads as A(1 − exp(−I/B)) after 0 and 5 days, and reads with noise of the same law', () => {
    for (const current of [50, 400, 1600]) {
      const g = current * 1e-8;
      expect(nanoampere(cell.programmingSigma(g, 0))).toBeCloseTo(19.88665 * (1 - Math.exp(-current / 176.3115)), 6);
      expect(nanoampere(cell.readSigma(g, 0))).toBeCloseTo(12.58037 * (1 - Math.exp(-current / 215.36557)), 6);
    }
  });

  it.each([1, 2, 3, 4, 5])('drifts by the published polynomial after %d days', (day) => {
    const coefficients = (p as never as Record<string, number[]>)[`retention_${day}d`]!;
    for (const current of [100, 800, 1500]) {
      const change = coefficients.reduce((sum, c, i) => sum + c * current ** i, 0);
      expect(nanoampere(cell.shift!(current * 1e-8, day * 86_400).mean)).toBeCloseTo(change, 6);
      const later = current + change;
      const a = p.variability[day]!;
      const b = p.variability_scale[day]!;
      expect(
        miss(
          devicesAt(cell, 16e-6, current * 1e-8, day * 86_400).g.map(nanoampere),
          later,
          a * (1 - Math.exp(-later / b)),
          2,
        ),
      ).toBeLessThan(1);
    }
  });

  it('is between whole days what lies between them, and held after the last', () => {
    const at = (days: number): number => cell.shift!(8e-6, days * 86_400).mean;
    expect(at(1.5)).toBeCloseTo((at(1) + at(2)) / 2, 12);
    expect(at(9)).toBe(at(5));
    expect(cell.shift!(8e-6, 0).mean).toBe(0);
  });
});
