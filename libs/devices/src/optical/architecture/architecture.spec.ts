import { type Ledger, totalJoules } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { engine } from '../../../testing/optical.js';
import { profiles, variant } from '../../../testing/profiles.js';
import { createDevice, ratingOf } from '../../create-device.js';
import { valuesOf } from '../../profile/quantity.js';
import { dacEnergy } from '../common/converters.js';
import { executionLedger } from '../common/cost.js';
import type { MrrWdm } from '../mrr-wdm/parameters.js';
import { laserPowerForSensitivity } from './laser.js';
import { peakOperations } from './rating.js';
import { BERT_BASE, encoderWork, workloadLedger } from './workload.js';

const milliwatts = (name: string, values: Record<string, unknown> = {}): Record<string, number> =>
  Object.fromEntries(ratingOf(variant(name, values)).parts.map(({ part, watts }) => [part, watts * 1e3]));

describe('DOTA-B of Lightening-Transformer, from the profile', () => {
  const dota = ratingOf(profiles.devices.get('ddot-lt')!);
  const parts = milliwatts('ddot-lt');

  it.each([
    ['laser', 12_321.468],
    ['dac', 25_714.286],
    ['adc', 4_262.4],
    ['tia', 1_728],
    ['detector', 2_534.4],
    ['adder', 26.24],
    ['memory', 316.39],
  ])('takes %s power of %d mW', (part, expected) => {
    expect(Math.abs(parts[part]! / expected - 1)).toBeLessThan(2e-4);
  });

  it('takes 4,032 mW of modulators: 1440 of 2.25 mW, 2880 rings of 0.275 mW', () => {
    expect(parts.modulator).toBeCloseTo(1440 * 2.25, 6);
    expect(parts.router).toBeCloseTo(2880 * 0.275, 6);
    const count = (name: string) => dota.parts.find(({ part }) => part === name)!.count;
    expect([count('dac'), count('adc'), count('router'), count('detector')]).toEqual([1440, 576, 2880, 2304]);
  });

  it('loses 4.22 dB, takes 50,935.19 mW and covers 60.30 mm²', () => {
    expect(dota.insertionLoss).toBeCloseTo(4.22, 9);
    expect(Math.abs(dota.watts * 1e3 - 50_935.19)).toBeLessThan(0.1);
    expect(dota.squareMetres! * 1e6).toBeCloseTo(60.3, 2);
  });

  it('does 2·8·12³ operations in a symbol', () => {
    expect(dota.operationsPerSecond).toBe(2 * 8 * 12 ** 3 * 5e9);
  });

  // 4 bits: lasers a sixteenth, DACs (2⁴/4)/(2⁸/8) = 1/8, ADCs half; everything else as it was.
  it('follows the same laws at 4 bits', () => {
    const four = milliwatts('ddot-lt', { input_bits: 4, weight_bits: 4, adc_bits: 4 });
    expect(four.laser! / parts.laser!).toBeCloseTo(1 / 16, 12);
    expect(four.dac! / parts.dac!).toBeCloseTo(1 / 8, 12);
    expect(four.adc! / parts.adc!).toBeCloseTo(1 / 2, 12);
    for (const part of ['modulator', 'router', 'tia', 'detector', 'adder', 'memory'])
      expect(four[part]).toBe(parts[part]);
  });

  it('grows with its geometry: twice the groups take twice the weights’ converters, the inputs’ once', () => {
    const double = ratingOf(variant('ddot-lt', { groups: 8 }));
    expect(double.parts.find(({ part }) => part === 'dac')!.count).toBe(1440 + 1152);
    expect(double.operationsPerSecond).toBe(2 * dota.operationsPerSecond);
  });
});

describe('the law of lasers', () => {
  const simphony = { sensitivity: -25, insertionLoss: 6.22, bits: 4, extinctionRatio: 10 };

  // SimPhony's log has 1.1771924757 mW: its code does not find the file's key and divides the light among 1 output.
  it("feeds all 144 outputs: 169.5 mW where SimPhony's 1.177 mW feed one", () => {
    const one = (laserPowerForSensitivity({ ...simphony, ways: 1 }) / 0.2) * 1e3;
    expect(one).toBeCloseTo(1.1771924757, 9);
    expect((laserPowerForSensitivity({ ...simphony, ways: 144 }) / 0.2) * 1e3).toBeCloseTo(169.5, 1);
  });

  it('pays for light of shut modulators: 1.34, 1.11 and 1.01 at 6, 10 and 20 dB', () => {
    const ideal = laserPowerForSensitivity({ ...simphony, ways: 1, extinctionRatio: Infinity });
    for (const [extinctionRatio, penalty] of [
      [6, 1.34],
      [10, 1.11],
      [20, 1.01],
    ] as const)
      expect(laserPowerForSensitivity({ ...simphony, ways: 1, extinctionRatio }) / ideal).toBeCloseTo(penalty, 2);
  });
});

describe('peak rates', () => {
  it("of Lightmatter's six chips are 65.5 TOPS: four cores of 128 × 128 at 500 MHz", () => {
    const rate = peakOperations({ cores: 4, inputs: 128, outputs: 128, symbolRate: 500e6 });
    expect(rate / 1e12).toBeCloseTo(65.5, 1);
    // With 78 W and 1.6 W of light an operation takes 1.21 pJ.
    expect((79.6 / rate) * 1e12).toBeCloseTo(1.21, 2);
  });
});

describe('BERT-base at 128 tokens, its static weights', () => {
  const work = encoderWork(BERT_BASE, 128);
  const taken = (cost: (k: number, n: number, rows: number) => Ledger) => {
    const { seconds, joules, macs } = workloadLedger(work, cost);
    return { seconds, joules: totalJoules(joules), macs };
  };
  const device = (name: string, values: Record<string, unknown> = {}) => {
    const made = createDevice(variant(name, values), engine);
    return taken((k, n, rows) => made.cost!(k, n, rows));
  };

  /**
   * Lightening-Transformer's mesh: 8 of 12 × 12 interferometers of 0.99 dB, set in 2 µs by a 450 fJ pulse and a conversion
   * each, N + M + 1 of them in a path; signs are carried by light.
   */
  const mesh = (load_time: number): ReturnType<typeof taken> => {
    const ring = valuesOf(variant('mrr-wdm').parameters) as unknown as MrrWdm;
    const laser_power = laserPowerForSensitivity({
      sensitivity: -25,
      insertionLoss: 1.2 + 25 * 0.99,
      ways: 12,
      bits: 8,
    });
    const p = {
      ...ring,
      tile_rows: 12,
      array_columns: 12,
      arrays: 8,
      load_time,
      load_energy: 450e-15 + dacEnergy(ring, 8),
      array_power: 0,
      modulator_energy: 450e-15,
      laser_power,
    };
    const cells = { readings: 1, conversions: 1, detectors: 2, amplifiers: 1, cellsPerWeight: 1, weightBytes: 1 };
    return taken((k, n, rows) => executionLedger(p, { k, n, rows, ...cells }));
  };

  it('is 12 layers of 7,077,888 weights', () => {
    expect(device('ddot-lt').macs).toBe(12 * 7_077_888 * 128);
  });

  // The order that Lightening-Transformer publishes.
  it('takes least of the dot product crossbar, more of the microring banks, most of the mesh: in time and in energy', () => {
    const [dots, rings, interferometers] = [device('ddot-lt'), device('mrr-wdm'), mesh(2e-6)];
    expect(rings.seconds).toBeGreaterThan(3 * dots.seconds);
    expect(interferometers.seconds).toBeGreaterThan(3 * rings.seconds);
    expect(rings.joules).toBeGreaterThan(1.5 * dots.joules);
    // Even if nothing burned while it is set.
    expect(mesh(0).joules).toBeGreaterThan(1.5 * rings.joules);
    expect(interferometers.joules).toBeGreaterThan(mesh(0).joules);
  });

  it('keeps that order at 4 bits', () => {
    const bits = { input_bits: 4, weight_bits: 4, adc_bits: 4 };
    const [dots, rings] = [device('ddot-lt', bits), device('mrr-wdm', bits)];
    expect(rings.seconds).toBeGreaterThan(3 * dots.seconds);
    expect(rings.joules).toBeGreaterThan(dots.joules);
  });

  it('keeps that order with as many microrings as the crossbar has products in a symbol', () => {
    // 13,824 products: 54 banks of 256.
    const rings = device('mrr-wdm', { arrays: 54 });
    expect(rings.seconds).toBeGreaterThan(device('ddot-lt').seconds);
    expect(rings.joules).toBeGreaterThan(device('ddot-lt').joules);
  });
});
