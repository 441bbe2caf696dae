import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../tile-engine/testing/random.js';
import { ELECTRONIC, profiles, shardOf, validVariant } from '../../testing/profiles.js';
import { createDevice } from '../create-device.js';
import type { Conditions } from '../device.js';

// What any analog device has to show, whatever its physics. Every electronic profile is loaded as it ships, and varied
// through its own fields.

const engine = createTileEngine();
const k = 160;
const n = 32;
const rows = 4;
const CHIPS = 6;
const draw = random(31);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(rows * k);
const exact = exactProduct(weights, x, rows, k, n);

type Values = Record<string, unknown>;

const HOUR = 3600;
const DAY = 86_400;
const YEAR = 31_536_000;

/** Errors on several chips, with reading noise of their own; the same chips and noise whatever the values. */
function errorsOf(name: string, values: Values, conditions: Conditions = {}): number[] {
  const device = createDevice(validVariant(name, values), engine);
  return Array.from({ length: CHIPS }, (_, chip) => {
    const shard = device.program({ ...shardOf({ k, n }, name), chipSeed: BigInt(chip) }, weights);
    const { y } = shard.execute(batchOf(x, rows, BigInt(100 * chip)), conditions);
    shard.release?.();
    return relativeError(y, exact);
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Whether `worse` is no less than `better` in the mean over chips, but for four standard errors of the difference (six
 * chips, some two hundred comparisons) and half a percent of the error itself.
 */
function noLess(worse: readonly number[], better: readonly number[]): boolean {
  const differences = worse.map((error, chip) => error - better[chip]!);
  const average = mean(differences);
  const variance = mean(differences.map((value) => (value - average) ** 2)) / (differences.length - 1);
  return average >= -4 * Math.sqrt(variance) - 0.005 * mean(better);
}

/** Whether errors grow from one to the next, as `noLess` has it. */
const growing = (errors: readonly number[][]): boolean =>
  errors.every((later, i) => i === 0 || noLess(later, errors[i - 1]!));

/** What a profile needs besides for a converter to be there at all. */
const CONVERTERS: Readonly<Record<string, Values>> = { 'crossbar-ideal': { input_bits: 8 } };
/**
 * Cells of one bit are read as whole numbers. With a code for every count (8 bits) the converter rounds their noise
 * away, which a finer one shows; from there on it is without noise that more bits may not hurt. charge.spec.ts holds
 * the noise that then shows to its law.
 */
const CODE_PER_COUNT: Readonly<Record<string, { bits: number; quiet: Values }>> = {
  'sram-charge-65nm': { bits: 8, quiet: { mismatch: 0, comparator_noise: 0, temperature: 1e-6 } },
};

describe.each(ELECTRONIC)('more ADC bits never hurt %s beyond noise', (name) => {
  const bits = [4, 5, 6, 7, 8, 9, 10, 11, 12];
  const errors = bits.map((adc_bits) => errorsOf(name, { ...CONVERTERS[name], adc_bits }));
  const counts = CODE_PER_COUNT[name];
  const quiet = counts && bits.map((adc_bits) => errorsOf(name, { adc_bits, ...counts.quiet }));

  it.each(bits.slice(1))('%d bits against one less', (adc_bits) => {
    const at = bits.indexOf(adc_bits);
    const hidden = counts !== undefined && adc_bits > counts.bits;
    expect(hidden || noLess(errors[at - 1]!, errors[at]!)).toBe(true);
    expect(!quiet || noLess(quiet[at - 1]!, quiet[at]!)).toBe(true);
  });

  it('and from 4 to 12 they help', () => {
    expect(mean(errors[0]!)).toBeGreaterThan(1.2 * mean(errors.at(-1)!));
  });
});

/** Profiles whose devices change with time; values that leave time alone to speak. */
const AGEING: Readonly<Record<string, Values>> = {
  'pcm-standard': {},
  'pcm-hermes-14nm': {},
  'rram-neurram-130nm': {},
  'rram-cmo-hfox': {},
  'flash-sonos-40nm': {},
};
/**
 * Those whose mean moves, which is what compensation is for, and what it leaves of the error after a year at most. The
 * others spread, or cancel the mean in their reference column.
 */
const MEAN_DRIFT: Readonly<Record<string, number>> = {
  'pcm-standard': 0.5,
  'pcm-hermes-14nm': 0.75,
  'flash-sonos-40nm': 0.87,
};
const CAPACITORS = { storage: 'capacitor', hold_capacitance: 1e-12, leak_current: 1e-17, leak_spread: 0.1 };
const AGES = [0, HOUR, DAY, 30 * DAY, YEAR];

describe.each(Object.keys(AGEING))('%s ages', (name) => {
  const at = (compensation: string): number[][] =>
    AGES.map((deviceTime) => errorsOf(name, { ...AGEING[name], compensation }, { deviceTime }));
  const bare = at('none');

  it('so that its error grows with time, uncompensated', () => {
    expect(growing(bare)).toBe(true);
    expect(mean(bare.at(-1)!)).toBeGreaterThan(1.15 * mean(bare[0]!));
  });

  it.each(['global', 'column'])('and %s compensation never hurts, and helps where the mean drifts', (compensation) => {
    const compensated = at(compensation);
    const hurt = AGES.filter(
      (_, i) =>
        !noLess(
          bare[i]!.map((error) => 1.03 * error),
          compensated[i]!,
        ),
    );
    expect(hurt).toEqual([]);
    const left = MEAN_DRIFT[name] ?? 1.03;
    expect(mean(compensated.at(-1)!)).toBeLessThan(left * mean(bare.at(-1)!));
  });

  it('also while it is compensated', () => {
    const compensated = at('global');
    expect(growing(compensated)).toBe(true);
  });
});

describe('devices of other kinds', () => {
  it('age by the droop of their capacitors', () => {
    const bare = [0, HOUR, DAY].map((deviceTime) => errorsOf('gilbert-opamp-cmos', CAPACITORS, { deviceTime }));
    expect(growing(bare)).toBe(true);
    expect(mean(bare[2]!)).toBeGreaterThan(1.5 * mean(bare[0]!));
  });

  it('read with more noise the longer after programming: crossbar-basic', () => {
    const late = [1, DAY, YEAR].map((read_delay) => errorsOf('crossbar-basic', { read_delay }));
    expect(growing(late)).toBe(true);
    expect(mean(late[2]!)).toBeGreaterThan(1.005 * mean(late[0]!));
  });

  const still = ELECTRONIC.filter((name) => !(name in AGEING));
  it.each(still)('%s is as it was programmed, whenever it is read', (name) => {
    expect(errorsOf(name, {}, { deviceTime: YEAR })).toEqual(errorsOf(name, {}, { deviceTime: 0 }));
  });
});

const FAULTY = ELECTRONIC.filter((name) => 'stuck_low' in profiles.devices.get(name)!.parameters);

describe('faults', () => {
  it('are a part of every crossbar on the common frame', () => {
    expect(FAULTY).toEqual([
      'crossbar-ideal',
      'flash-sonos-40nm',
      'pcm-hermes-14nm',
      'pcm-standard',
      'rram-cmo-hfox',
      'rram-isaac-32nm',
      'rram-neurram-130nm',
      'rram-puma-32nm',
    ]);
  });

  it.each(FAULTY)('of 1 %% hurt %s more than of 0.1 %%, and those more than none', (name) => {
    const of = (rate: number): number[] => errorsOf(name, { stuck_low: rate / 2, stuck_high: rate / 2 });
    const [none, few, many] = [0, 0.001, 0.01].map(of) as [number[], number[], number[]];
    expect(growing([none, few, many])).toBe(true);
    expect(mean(few)).toBeGreaterThan(mean(none));
    many.forEach((error, chip) => expect(error).toBeGreaterThan(few[chip]!));
    // Faults lie in other places independently: ten times as many are √10 times the error that they add.
    const added = (errors: number[]): number => Math.sqrt(mean(errors) ** 2 - mean(none) ** 2);
    expect(added(many) / added(few)).toBeGreaterThan(Math.sqrt(10) / 1.8);
    expect(added(many) / added(few)).toBeLessThan(Math.sqrt(10) * 1.8);
  });
});
