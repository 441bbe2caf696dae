import { describe, expect, it } from 'vitest';
import { profiles, variant } from '../../../testing/profiles.js';
import { ratingOf } from '../../create-device.js';
import { laserPowerForSensitivity } from './laser.js';
import { peakOperations } from './rating.js';

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
