import { createTileEngine, createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, moments, random } from '../../../../tile-engine/testing/random.js';
import { digitalFp32, product, relativeTo, shardOf, validVariant, variant } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';

const engine = createTileEngine();
const k = 100;
const n = 64;
const rows = 8;
const draw = random(21);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(rows * k);
const batch = batchOf(x, rows);
const exact = product(weights, x, rows, k, n);

const SHIPPED = [
  'pcm-standard',
  'pcm-hermes-14nm',
  'rram-neurram-130nm',
  'rram-isaac-32nm',
  'rram-cmo-hfox',
  'flash-sonos-40nm',
  'crossbar-ideal',
];
/** Cells that hit their targets, reads without noise, lines without resistance. */
const QUIET = { cell: 'exact', read_noise: 0, output_noise: 0, wire_model: 'none', compression: 0 };
const OFF = { ...QUIET, input_bits: 0, adc_bits: 0, bound_rounds: 0, column_inversion: 'off' };
const WHOLE = { weight_scheme: 'differential', weight_bits: 0, cell_bits: 0 };

const programmed = (name: string, values: Record<string, unknown>, w = weights) =>
  createDevice(variant(name, values), engine).program(shardOf({ k, n }, name), w);
const errorOf = (name: string, values: Record<string, unknown>, deviceTime?: number): number => {
  const shard = programmed(name, values);
  const { y } = shard.execute(batch, deviceTime === undefined ? {} : { deviceTime });
  shard.release?.();
  return relativeTo(y, exact);
};

describe('a crossbar with noise and converters off', () => {
  const reference = createDevice(digitalFp32 as never, engine).program(shardOf({ k, n }, 'd'), weights);
  const expected = reference.execute(batch).y;

  it.each(SHIPPED)('%s equals the digital reference bit for bit', (name) => {
    const serial = { input_encoding: 'voltage', input_signs: 'bipolar' };
    expect(programmed(name, { ...OFF, ...WHOLE, ...serial }).execute(batch).y).toEqual(expected);
  });

  it('crossbar-ideal is so as it is shipped', () => {
    expect(programmed('crossbar-ideal', {}).execute(batch).y).toEqual(expected);
  });

  it.each(SHIPPED.filter((name) => name !== 'rram-isaac-32nm'))(
    '%s with converters of 12 bits and more comes within what 16-bit weights and they allow',
    (name) => {
      const fine = { ...QUIET, ...WHOLE, input_bits: 12, adc_bits: 14, adc_bound: 8 };
      // A DAC of 12 bits leaves 2.5/2047/√12 per input, an ADC of 14 bits 8/8191/√12 per output of one tile.
      expect(errorOf(name, fine)).toBeLessThan(1e-3);
    },
  );

  it('rram-isaac-32nm is the product of its 16-bit codes', () => {
    expect(errorOf('rram-isaac-32nm', {})).toBeLessThan(2e-4);
  });
});

describe('one order for every scheme', () => {
  const fine = { ...QUIET, input_bits: 8, adc_bits: 14, adc_bound: 64 };
  const parallel = errorOf('crossbar-ideal', fine);

  it.each([
    ['voltage', 'two-pass', 1],
    ['pulse-width', 'bipolar', 1],
    ['pulse-width', 'two-pass', 1],
    ['bit-serial', 'bipolar', 1],
    ['bit-serial', 'bipolar', 3],
    ['bit-serial', 'two-pass', 2],
    ['bit-serial', 'twos-complement', 1],
    ['bit-accumulated', 'bipolar', 1],
  ])('inputs as %s, %s, slices of %d: the error of the DAC', (input_encoding, input_signs, input_slice_bits) => {
    const error = errorOf('crossbar-ideal', { ...fine, input_encoding, input_signs, input_slice_bits });
    expect(Math.abs(error / parallel - 1)).toBeLessThan(0.1);
  });

  it.each(['differential', 'differential-digital', 'offset-column', 'offset-digital'])(
    'weights as %s: the error of the DAC',
    (weight_scheme) => {
      for (const sliced of [{}, { weight_bits: 12, cell_bits: 3 }])
        for (const g_min of [0, 5e-6]) {
          const error = errorOf('crossbar-ideal', { ...fine, weight_scheme, g_min, ...sliced });
          // Up to eight conversions of 14 bits over ±64 come on top.
          expect(Math.abs(error / parallel - 1)).toBeLessThan(0.3);
        }
    },
  );

  it('stores columns more than half full upside down without a change of the product', () => {
    const turned = { ...fine, weight_scheme: 'offset-digital', weight_bits: 8, cell_bits: 2, adc_bits: 14 };
    const lower = errorOf('crossbar-ideal', turned);
    expect(Math.abs(errorOf('crossbar-ideal', { ...turned, column_inversion: 'on' }) / lower - 1)).toBeLessThan(0.2);
    // Eight bits resolve every level of 128 rows of 2-bit cells where inversion spares one, and only there.
    const isaac = { input_bits: 9, weight_bits: 8 };
    expect(errorOf('rram-isaac-32nm', isaac)).toBeLessThan(0.02);
    const positive = weights.map((w) => 0.05 - 0.01 * Math.abs(w));
    const bright = x.map(Math.abs);
    const sum = product(positive, bright, rows, k, n);
    const saturated = (column_inversion: string): [number, number] => {
      const { y, telemetry } = programmed('rram-isaac-32nm', { ...isaac, column_inversion }, positive).execute(
        batchOf(bright, rows),
      );
      return [relativeTo(y, sum), telemetry.adcSaturated];
    };
    expect(saturated('on')[1]).toBe(0);
    expect(saturated('on')[0]).toBeLessThan(0.02);
  });

  it('more ADC bits never hurt', () => {
    const errors = [4, 6, 8, 10, 12].map((adc_bits) => errorOf('pcm-hermes-14nm', { adc_bits, adc_bound: 10 }));
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeLessThan(errors[i - 1]! * 1.02);
    expect(errors[0]).toBeGreaterThan(1.3 * errors[4]!);
  });
});

describe('time', () => {
  it.each(['pcm-standard', 'pcm-hermes-14nm', 'rram-neurram-130nm', 'rram-cmo-hfox', 'flash-sonos-40nm'])(
    '%s errs more a day after programming than at once',
    (name) => {
      const bare = { compensation: 'none', output_noise: 0, read_noise: 0, adc_bits: 14 };
      expect(errorOf(name, bare, 86_400)).toBeGreaterThan(errorOf(name, bare, 0));
    },
  );

  it('gives one answer at one time, also after another time', () => {
    const shard = programmed('pcm-hermes-14nm', {});
    const day = shard.execute(batch, { deviceTime: 86_400 }).y;
    const year = shard.execute(batch, { deviceTime: 31_536_000 }).y;
    expect(year).not.toEqual(day);
    expect(shard.execute(batch, { deviceTime: 86_400 }).y).toEqual(day);
    expect(shard.execute(batch).y).toEqual(day);
  });

  it('is compensated as of the last measurement, by policy or as stated', () => {
    const weekly = { recalibration_interval: 604_800, read_time: 0 };
    const at = (values: Record<string, unknown>, conditions: object): number =>
      relativeTo(programmed('pcm-hermes-14nm', { ...values }).execute(batch, conditions).y, exact);
    const late = at(weekly, { deviceTime: 604_799 });
    expect(late).toBe(at({ compensation: 'none' }, { deviceTime: 604_799 }));
    expect(at(weekly, { deviceTime: 604_800 })).toBeLessThan(late);
    expect(at(weekly, { deviceTime: 604_799, calibratedAt: 604_000 })).toBeLessThan(late);
  });

  it('keeps a few ages programmed, within the room it is given', () => {
    const shard = programmed('pcm-hermes-14nm', {});
    const own = shard.residentBytes;
    const alone = shard.execute(batch, { deviceTime: 60 }, 0).y;
    expect(shard.residentBytes).toBe(own);
    for (const deviceTime of [60, 3600, 60, 86_400, 3600]) shard.execute(batch, { deviceTime });
    const three = shard.residentBytes;
    expect(three).toBeGreaterThan(2 * own - 512 * 512 * 4);
    for (const deviceTime of [1, 2, 3, 4, 5, 6]) shard.execute(batch, { deviceTime });
    const most = shard.residentBytes;
    for (const deviceTime of [7, 8, 9]) shard.execute(batch, { deviceTime });
    expect(shard.residentBytes).toBe(most);
    shard.forgetAges!();
    expect(shard.residentBytes).toBe(own);
    expect(shard.execute(batch, { deviceTime: 60 }).y).toEqual(alone);
    shard.release!();
  });

  it('has one age where nothing drifts', () => {
    const shard = programmed('rram-isaac-32nm', {});
    const own = shard.residentBytes;
    const now = shard.execute(batch).y;
    expect(shard.execute(batch, { deviceTime: 1e6 }).y).toEqual(now);
    expect(shard.residentBytes).toBe(own);
    expect(typeof shard.recalibrate).toBe('undefined');
  });

  it('is measured at a time: the ledger of one-hot reads, and the array is there afterwards', () => {
    const shard = programmed('pcm-standard', {});
    const own = shard.residentBytes;
    const young = shard.recalibrate!(1);
    const old = shard.recalibrate!(31_536_000);
    expect(young.seconds).toBeGreaterThan(0);
    expect(old.seconds).toBe(young.seconds);
    // Drifted devices conduct less.
    expect(old.joules.array!).toBeLessThan(young.joules.array!);
    const held = shard.residentBytes;
    expect(held).toBeGreaterThan(own);
    shard.execute(batch, { deviceTime: 31_536_000, calibratedAt: 31_536_000 });
    expect(shard.residentBytes).toBe(held);
    expect(typeof programmed('pcm-standard', { compensation: 'none' }).recalibrate).toBe('undefined');
  });

  it.each([{ deviceTime: -1 }, { deviceTime: NaN }, { deviceTime: 10, calibratedAt: 11 }, { calibratedAt: -1 }])(
    'before programming, or after itself, is refused: %o',
    (conditions) => {
      const shard = programmed('pcm-hermes-14nm', {});
      expect(() => shard.execute(batch, conditions)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
    },
  );
});

describe('faults', () => {
  const clean = { ...QUIET, weight_scheme: 'differential' };
  const stuck = (rate: number, spare_columns = 0): number =>
    errorOf('pcm-hermes-14nm', { ...clean, stuck_low: rate / 2, stuck_high: rate / 2, spare_columns });

  it('of 1 % hurt more than of 0.1 %', () => {
    expect(stuck(0.001)).toBeGreaterThan(errorOf('pcm-hermes-14nm', clean));
    expect(stuck(0.01)).toBeGreaterThan(2 * stuck(0.001));
  });

  it('are as many as the yield says', () => {
    // Devices that are stuck high under weights of zero: each adds a whole weight.
    const zeros = new Float32Array(n * k).fill(1e-9);
    for (let c = 0; c < n; c++) zeros[c * k] = 1;
    const { y } = programmed('crossbar-ideal', { stuck_high: 0.02 }, zeros).execute(
      batchOf(
        Float32Array.from({ length: k }, (_, i) => (i === 0 ? 0 : 1)),
        1,
      ),
    );
    // A pair with one device stuck adds ±1: their variance is the number of stuck devices.
    const { variance } = moments(y);
    const expected = 2 * (k - 1) * 0.02;
    expect(Math.abs(variance / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });

  it('are fewer with spare columns', () => {
    expect(stuck(0.002, 16)).toBeLessThan(0.9 * stuck(0.002));
  });
});

describe('temperature', () => {
  it('scales conductances by its coefficient', () => {
    const warm = programmed('crossbar-ideal', { temperature: 350, temperature_coefficient: -0.002 }).execute(batch).y;
    expect(
      relativeTo(
        warm,
        exact.map((value) => value * 0.9),
      ),
    ).toBeLessThan(1e-5);
  });

  it('is measured with drift, and divided out with it', () => {
    const warm = (compensation: string): number =>
      errorOf('rram-neurram-130nm', {
        compensation,
        temperature: 350,
        temperature_coefficient: -0.002,
        input_bits: 12,
        adc_bits: 0,
        output_noise: 0,
        sigma_first: [0],
        sigma_second: [0],
        sigma_third: [0],
      });
    expect(Math.abs(warm('none') - 0.1)).toBeLessThan(0.01);
    expect(warm('global')).toBeLessThan(0.01);
  });

  it('adds the Johnson noise of the cells: 4kT·B·ΣG', () => {
    const one = new Float32Array(n * k).fill(0.5);
    for (let c = 0; c < n; c++) one[c * k] = 1;
    const johnson = { input_bits: 12, temperature: 400, noise_bandwidth: 1e12 };
    const draws = 400;
    const row = Float32Array.from({ length: k }, (_, i) => (i === 0 ? 1 : 0));
    const { y } = programmed('crossbar-ideal', johnson, one).execute(
      batchOf(
        Float32Array.from({ length: draws * k }, (_, i) => row[i % k]!),
        draws,
      ),
    );
    const current = Math.sqrt(4 * 1.380649e-23 * 400 * 1e12 * (50e-6 + 99 * 25e-6));
    const expected = current / (0.2 * 50e-6);
    expect(Math.abs(Math.sqrt(moments(y).variance) / expected - 1)).toBeLessThan(4 / Math.sqrt(2 * draws * n));
  });
});

describe('wires', () => {
  it('attenuate, more so the longer and the more resistive; the rank-1 form is near the exact one', () => {
    const wired = (ohms: number, wire_model: string): number =>
      errorOf('crossbar-ideal', { wire_model, wire_input_resistance: ohms, wire_output_resistance: ohms });
    const exactly = [0.5, 2, 8].map((ohms) => wired(ohms, 'exact'));
    expect(exactly).toEqual(exactly.toSorted((a, b) => a - b));
    expect(exactly[0]).toBeGreaterThan(1e-3);
    expect(wired(0, 'exact')).toBeLessThan(1e-6);
    expect(Math.abs(wired(2, 'rank-one') / exactly[1]! - 1)).toBeLessThan(0.1);
    expect(wired(2, 'auto')).toBe(exactly[1]);
  });
});

describe('calibration of a matrix', () => {
  const device = createDevice(variant('pcm-hermes-14nm', QUIET), engine);
  const spec = shardOf({ k, n }, 'x');

  it('sets the range of the inputs', () => {
    const { telemetry } = device.program(spec, weights, { inputRange: 1 }).execute(batch);
    expect(telemetry.dacSaturated).toBe(x.reduce((count, value) => count + Number(Math.abs(value) > 1 + 1 / 254), 0));
    expect(relativeTo(device.program(spec, weights, { inputRange: 4 }).execute(batch).y, exact)).toBeLessThan(0.03);
  });

  it('sets the range of each ADC', () => {
    const coarse = createDevice(variant('pcm-hermes-14nm', { ...QUIET, adc_bits: 6 }), engine);
    const wide = coarse.program(spec, weights).execute(batch).y;
    const fitted = coarse.program(spec, weights, { adcBound: new Float32Array(n).fill(8) }).execute(batch).y;
    expect(relativeTo(fitted, exact)).toBeLessThan(0.5 * relativeTo(wide, exact));
  });
});

describe('parameters that are possible one by one', () => {
  it.each([
    ['pcm-standard', { temperature: 400, temperature_coefficient: -0.01 }, 'temperature_coefficient: no conductance'],
    ['pcm-standard', { g_min: 1 }, 'g_min: '],
    ['pcm-standard', { tile_columns: 100 }, 'tile_columns: '],
    ['pcm-standard', { drift_mean: [-0.0155, 0.0244, 0.049] }, 'drift_mean: give slope'],
    ['pcm-standard', { drift_sigma: [-0.0125, -0.0059, 0.045, 0.008] }, 'drift_sigma: the least'],
    ['pcm-standard', { read_coefficients: [0.0088] }, 'read_coefficients: a power law'],
    ['pcm-hermes-14nm', { read_coefficients: [-0.0117, -0.0069, -0.015, 0.04] }, 'read_coefficients: the least'],
    ['pcm-hermes-14nm', { read_law: 'power' }, 'read_coefficients: a power law'],
    ['flash-sonos-40nm', { variability_scale: [1, 1, 1, 1, 1, 0] }, 'variability_scale: a current'],
    ['flash-sonos-40nm', { variability: [1, 1, 1, 1, 1, -1] }, 'variability: a spread'],
    ['flash-sonos-40nm', { variability: [1, 1, 1, 1, 1] }, 'variability_scale: as many days'],
    ['rram-neurram-130nm', { time_second: 0.5 }, 'time_second: ages'],
  ])('are refused together: %s with %j', (name, values, reason) => {
    expect(() => validVariant(name, values)).toThrow(`${name}: ${reason}`);
  });
});

describe('a shard', () => {
  it('starts where a tile does', () => {
    const device = createDevice(variant('pcm-hermes-14nm', {}), engine);
    const spec = shardOf({ k, n: 512 }, 'x', 128, 128 + n);
    expect(() => device.program(spec, weights)).toThrow(expect.objectContaining({ code: 'invalid_shard' }));
  });
});

describe('bound management', () => {
  it('is in the ledger: a range that clips costs more than one that does not, on both engines alike', () => {
    const [wide, narrow] = [100, 0.5].map((adc_bound) => {
      const values = { adc_bound, tile_rows: 64, tile_columns: 64, output_noise: 0, read_noise: 0, bound_rounds: 6 };
      const ledgers = [engine, createTypescriptEngine()].map(
        (each) =>
          createDevice(variant('pcm-standard', values), each).program(shardOf({ k, n }, 'x'), weights).execute(batch)
            .ledger,
      );
      expect(ledgers[0]).toEqual(ledgers[1]);
      return ledgers[0]!;
    });
    expect(narrow!.adcConversions).toBeGreaterThan(2 * wide!.adcConversions);
    expect(narrow!.joules.adc! / wide!.joules.adc!).toBeCloseTo(narrow!.adcConversions / wide!.adcConversions, 9);
    expect(narrow!.seconds).toBeGreaterThan(1.5 * wide!.seconds);
    expect(wide!.adcConversions).toBe(rows * n * 2);
  });
});
