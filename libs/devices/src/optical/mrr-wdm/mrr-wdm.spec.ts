import { poisson } from '@ohmlight/tile-engine';
import { totalJoules } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { batchOf, moments, random } from '../../../../tile-engine/testing/random.js';
import { engine, programmed, readings } from '../../../testing/optical.js';
import { profiles, variant } from '../../../testing/profiles.js';
import { createDevice, ratingOf } from '../../create-device.js';
import { KINDS } from '../../kinds.js';
import { valuesOf } from '../../profile/quantity.js';
import { bandwidthHertz, detuningSigma, phaseOf, resonanceWidth, ringOf, weightRange } from './bank.js';
import { leak } from './crosstalk.js';
import { channelCounts, insertionLoss, linkOf } from './link.js';
import type { MrrWdm } from './parameters.js';
import { bankTemperatures, temperatureChanges } from './temperature.js';

const NAME = 'mrr-wdm';
/** One bank of 16 wavelengths. */
const k = 16;
const n = 16;
const draw = random(61);
const weights = draw.gaussians(n * k, 0.05);
/** Inputs of one sign: one pass carries them. */
const x = Float32Array.from({ length: k }, () => Math.abs(draw.gaussian()));
const largest = Math.max(...x);
const scaleOf = (c: number): number => Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs));
const level = (c: number, j: number): number => weights[c * k + j]! / scaleOf(c);

const still = { lock_bits: 0, temperature_sigma: 0, crosstalk_trim: 0, weight_bits: 0 };
const exact = { ...still, input_bits: 12, adc_bits: 0 };
const quiet = { ...exact, noise: 'none' };
const photons = { ...exact, load_resistance: 0, dark_current: 0, rin: -300, extinction_ratio: 60 };
const device = (values: Record<string, unknown> = {}): MrrWdm => {
  const p = valuesOf(variant(NAME, values).parameters) as unknown as MrrWdm;
  return { ...p, ...linkOf(p) };
};
const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((s, v) => s + v * v, 0) / values.length);
/** The weights as they are, in levels: what rows of one input each read. */
function read(values: Record<string, unknown>, w = weights, conditions = {}): Float64Array {
  const eye = new Float32Array(k * k);
  for (let j = 0; j < k; j++) eye[j * k + j] = 1;
  const columns = w.length / k;
  const { y } = programmed(NAME, { ...quiet, ...values }, w, k).execute(batchOf(eye, k), conditions);
  return Float64Array.from({ length: w.length }, (_, i) => {
    const column = w.subarray(Math.floor(i / k) * k, Math.floor(i / k) * k + k);
    return y[(i % k) * columns + Math.floor(i / k)]! / Math.max(...column.map(Math.abs));
  });
}

describe('a bank as shipped', () => {
  const p = device();

  it('has resonances of 6.1 GHz, wide enough for its symbols, and weights up to ±0.83', () => {
    expect(bandwidthHertz(p) / 1e9).toBeCloseTo(6.1, 1);
    expect(weightRange(p)).toBeCloseTo(0.83, 2);
    // On resonance the drop is the limit; far off it is not.
    expect(weightRange(p)).toBe(ringOf(p).weight(1));
    expect(weightRange(device({ tuning_range: 1 }))).toBeLessThan(weightRange(p));
  });

  it('drifts by 0.02 widths of its resonance: 0.07 nm/K and 14 mK', () => {
    expect(detuningSigma(p)).toBeCloseTo(0.02, 3);
    expect(resonanceWidth(p) * 1e12).toBeCloseTo(48.5, 0);
  });

  it('has a laser for its detectors: 16 outputs behind 5.3 dB and modulators of 10 dB', () => {
    expect(insertionLoss(p)).toBeCloseTo(0.95 + 1.5 + 0.4 + 1.5 + 0.95, 9);
    expect(p.laser_power).toBeCloseTo((1e-3 * 10 ** ((-25 + 5.3) / 10) * 16 * 256) / 0.9, 9);
  });
});

describe('light of a bank', () => {
  const draws = 4_000;
  const sensitivityFor = (counts: number): number =>
    -25 + 10 * Math.log10(counts / channelCounts(device({ ...photons, adc_bits: 0 })));

  it.each([3, 3_000])('counts Σ(T_drop + T_through)·x on both photodiodes, with %d counts to a channel', (counts) => {
    const p = device();
    const ring = ringOf(p);
    const range = weightRange(p);
    readings(NAME, { ...photons, detector_sensitivity: sensitivityFor(counts) }, weights, x, draws).forEach(
      ({ mean, variance }, c) => {
        let light = 0;
        let product = 0;
        for (let j = 0; j < k; j++) {
          light += (x[j]! / largest) * ring.light(ring.cosineOf(range * level(c, j)));
          product += (x[j]! / largest) * level(c, j);
        }
        const law = light / (counts * range ** 2);
        const unit = scaleOf(c) * largest;
        expect(Math.abs(variance / (law * unit ** 2) - 1)).toBeLessThan(4 * Math.sqrt((2 + 1 / counts) / draws) + 0.01);
        expect(Math.abs(mean - product * unit)).toBeLessThan((4 * Math.sqrt(law / draws) + 0.01) * unit);
      },
    );
  });

  // Brute force: Poisson counts of every ring's two ports.
  it('agrees with Poisson counts of every port', () => {
    const counts = 2;
    const words = random(7);
    const word = (): number => Math.floor(words.uniform() * 2 ** 32);
    const p = device();
    const ring = ringOf(p);
    const range = weightRange(p);
    const values = Float64Array.from({ length: 3_000 }, () => {
      let difference = 0;
      for (let j = 0; j < k; j++) {
        const cosine = ring.cosineOf(range * level(0, j));
        const light = (counts * x[j]!) / largest;
        difference +=
          poisson(light * ring.drop(cosine), word(), word()) - poisson(light * ring.through(cosine), word(), word());
      }
      return difference / (counts * range);
    });
    const [reading] = readings(
      NAME,
      { ...photons, detector_sensitivity: sensitivityFor(counts) },
      weights.subarray(0, k),
      x,
      draws,
    );
    const brute = moments(values).variance * (scaleOf(0) * largest) ** 2;
    expect(Math.abs(reading!.variance / brute - 1)).toBeLessThan(4 * Math.sqrt(2.5 / draws + 2.5 / 3_000) + 0.01);
  });

  it('counts shut modulators too: inputs of nothing add Σ(T_drop + T_through)·ε', () => {
    const sparse = new Float32Array(k);
    sparse[0] = 1;
    const of = (extinction_ratio: number): number => {
      const values = { ...photons, extinction_ratio };
      const sensitivity = -25 + 10 * Math.log10(3_000 / channelCounts(device({ ...values, adc_bits: 0 })));
      return rms(
        readings(NAME, { ...values, detector_sensitivity: sensitivity }, weights, sparse, 2_000).map(
          ({ variance }, c) => Math.sqrt(variance) / scaleOf(c),
        ),
      );
    };
    const p = device();
    const lit = (dark: number): number => (1 - dark + 16 * dark) / (1 - dark) ** 2;
    // Both passes of a row have the dark light; the other one nothing else.
    const ratio = (lit(0.1) + (16 * 0.1) / 0.9 ** 2) / lit(1e-6);
    expect(of(10) / of(60) / Math.sqrt(ratio)).toBeCloseTo(1, 1);
    expect(weightRange(p)).toBeGreaterThan(0);
  });
});

describe('what rings do to weights', () => {
  it('locks them to 8.5 bits: σ of 2/2^8.5 of the range, once for a chip', () => {
    const errors = read({ lock_bits: 8.5 }).map((value, i) => value - level(Math.floor(i / k), i % k));
    expect(Math.abs(rms(errors) / (2 / 2 ** 8.5) - 1)).toBeLessThan(4 / Math.sqrt(2 * n * k) + 0.01);
  });

  it('adds neighbours: W(I + X), X = 1/(1 + (2(j − k)Δ/FWHM)²)', () => {
    const values = { crosstalk_trim: 1, self_coupling: 0.98, round_trip: 0.999, symbol_rate: 1e9 };
    const { finesse } = ringOf(device(values));
    const seen = read(values);
    for (let c = 0; c < n; c++)
      for (let j = 0; j < k; j++) {
        let expected = level(c, j);
        for (let other = 0; other < k; other++) expected += level(c, other) * leak(other - j, k, finesse);
        expect(seen[c * k + j]).toBeCloseTo(expected, 2);
      }
    const plain = read({ ...values, crosstalk_trim: 0 });
    expect(rms(seen.map((value, i) => value - plain[i]!))).toBeGreaterThan(0.005);
  });

  it('detunes them by what the temperature has changed since the last lock', () => {
    const values = { temperature_sigma: 0.07 };
    const at = (deviceTime: number, calibratedAt: number) => read(values, weights, { deviceTime, calibratedAt });
    const exactly = read({});
    expect(rms(at(40, 40).map((value, i) => value - exactly[i]!))).toBeLessThan(1e-3);
    const p = device(values);
    const ring = ringOf(p);
    const temperature = bankTemperatures(
      { chipSeed: 1n, matrix: 'nano/1/o', columnStart: 0 } as never,
      p.temperature_time,
    );
    const seen = at(45, 40);
    for (let c = 0; c < n; c++) {
      const change = temperature(c, 0, 45) - temperature(c, 0, 40);
      const shift = phaseOf(ring, detuningSigma(p) * change);
      for (let j = 0; j < k; j++) {
        const phase = Math.acos(ring.cosineOf(weightRange(p) * level(c, j)));
        expect(seen[c * k + j]).toBeCloseTo(ring.weight(Math.cos(phase + shift)) / weightRange(p), 2);
      }
    }
    expect(rms(seen.map((value, i) => value - exactly[i]!))).toBeGreaterThan(0.01);
  });
});

describe('temperatures of banks', () => {
  const shard = { chipSeed: 5n, matrix: 'm', columnStart: 0 } as never;
  const temperature = bankTemperatures(shard, 10);
  const banks = 4_000;
  const at = (t: number): Float64Array => Float64Array.from({ length: banks }, (_, c) => temperature(c, 0, t));
  const start = at(0);
  const correlation = (t: number): number => {
    const later = at(t);
    return start.reduce((sum, value, i) => sum + value * later[i]!, 0) / banks;
  };

  it('are standard normal at any time', () => {
    for (const t of [0, 3, 1e5]) {
      const { mean, variance } = moments(at(t));
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(banks));
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / banks));
    }
  });

  it.each([5, 10, 20, 40])('keep e^(−t/τ) of themselves after %d s of τ = 10 s', (t) => {
    expect(Math.abs(correlation(t) - Math.exp(-t / 10))).toBeLessThan(4 / Math.sqrt(banks));
  });

  it.each([
    [0, 5],
    [5, 0],
    [7, 8],
    [0, 80],
    [0, 85],
    [1e6, 3],
  ])('change from %d s to %d s by their difference, to the bit', (from, to) => {
    const change = temperatureChanges(shard, 10);
    for (let c = 0; c < 50; c++)
      expect(change(c, c % 3, from, to)).toBe(temperature(c, c % 3, to) - temperature(c, c % 3, from));
  });

  it('are one process, whichever times are asked for, and another for each bank and chip', () => {
    expect(at(30)).toEqual(at(30));
    expect(temperature(3, 0, 30)).toBe(
      bankTemperatures({ chipSeed: 5n, matrix: 'm', columnStart: 3 } as never, 10)(0, 0, 30),
    );
    expect(temperature(0, 1, 30)).not.toBe(temperature(0, 0, 30));
    expect(bankTemperatures({ chipSeed: 6n, matrix: 'm', columnStart: 0 } as never, 10)(0, 0, 30)).not.toBe(
      temperature(0, 0, 30),
    );
  });
});

describe('a bank over time', () => {
  const shard = programmed(NAME, {}, weights, k);
  const batch = batchOf(x, 1);
  const y = (conditions = {}) => shard.execute(batch, conditions).y;

  it('answers at the read time where nothing is stated, and the same at one time again', () => {
    expect(y()).toEqual(y({ deviceTime: 5 }));
    expect(y({ deviceTime: 1e6 })).toEqual(y({ deviceTime: 1e6 }));
    expect(y({ deviceTime: 1e6 })).not.toEqual(y());
    expect(() => y({ deviceTime: -1 })).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });

  it('locks again: rings are held for the time that takes', () => {
    const ledger = shard.recalibrate!(500);
    expect(ledger.seconds).toBe(1e-3);
    // 16 rings of 16 banks, and of 16 inputs, at 1.2 mW.
    expect(ledger.joules.program).toBeCloseTo(272 * 1.2e-3 * 1e-3, 12);
  });

  it('without a spread of temperature stays as locked', () => {
    const calm = programmed(NAME, { temperature_sigma: 0 }, weights, k);
    expect(calm).not.toHaveProperty('recalibrate');
    expect(calm.execute(batch, { deviceTime: 1e6 }).y).toEqual(calm.execute(batch).y);
  });
});

describe('what a bank takes', () => {
  const profile = profiles.devices.get(NAME)!;
  const bank = createDevice(profile, engine);

  it('holds its rings while it loads and reads: 1.2 mW each', () => {
    const ledger = bank.cost!(16, 16, 100);
    const busy = 1e-9 + (100 * 2) / 5e9;
    expect(ledger.seconds).toBeCloseTo(busy + 10e-9, 15);
    expect(ledger.joules.array).toBeCloseTo(272 * 1.2e-3 * busy, 15);
    expect(ledger.reloadSeconds).toBeCloseTo(1e-9, 15);
  });

  it('sets a ring for 42 fJ and a conversion, once for all rows', () => {
    const weight = 42e-15 + 50e-3 / 14e9;
    for (const rows of [1, 100]) expect(bank.cost!(16, 16, rows).joules.program).toBeCloseTo(256 * weight, 15);
  });

  it('charges an input twice, for its signs', () => {
    const ledger = bank.cost!(16, 16, 10);
    expect(ledger.dacConversions).toBe(2 * 10 * 16);
    expect(ledger.adcConversions).toBe(2 * 10 * 16);
  });

  it('rates 14 banks of 16 × 16 at 5 GHz, two symbols to a row', () => {
    const { operationsPerSecond, parts, watts } = ratingOf(profile);
    expect(operationsPerSecond).toBe(14 * 256 * 5e9);
    expect(parts.find(({ part }) => part === 'ring')!.count).toBe(14 * 256);
    expect(watts).toBeCloseTo(
      parts.reduce((sum, part) => sum + part.watts, 0),
      12,
    );
  });

  it('takes more for every part that has more', () => {
    expect(totalJoules(bank.cost!(32, 16, 1).joules)).toBeGreaterThan(totalJoules(bank.cost!(16, 16, 1).joules));
  });
});

describe('the checks of a bank', () => {
  it.each<[string, Record<string, unknown>]>([
    ['self_coupling', { self_coupling: 1 }],
    ['tuning_range', { tuning_range: 0.1 }],
    ['tuning_range', { tuning_range: 200 }],
    ['symbol_rate', { symbol_rate: 1e10 }],
    ['extinction_ratio', { extinction_ratio: 1 }],
  ])('name %s for %o', (parameter, values) => {
    const { kind, parameters } = variant(NAME, values);
    expect(KINDS.get(kind)!.check?.(valuesOf(parameters))?.parameter).toBe(parameter);
  });
});
