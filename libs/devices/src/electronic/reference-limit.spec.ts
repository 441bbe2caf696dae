import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../tile-engine/testing/random.js';
import { digitalFp32, ELECTRONIC, profiles, shardOf, validVariant } from '../../testing/profiles.js';
import { createDevice } from '../create-device.js';
import { KINDS } from '../kinds.js';

// A device whose devices, noise and converters leave nothing to be desired is the reference: bit for bit where it can
// do without converters, and else as near as the steps of its converters and weights allow, output by output.

const engine = createTileEngine();
const k = 600;
const n = 48;
const rows = 6;
const draw = random(77);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(rows * k);
const batch = batchOf(x, rows);

type Values = Record<string, unknown>;
const outputs = (name: string, values: Values): Float32Array =>
  createDevice(validVariant(name, values), engine).program(shardOf({ k, n }, name), weights).execute(batch).y;
const reference = createDevice(digitalFp32 as never, engine)
  .program(shardOf({ k, n }, 'd'), weights)
  .execute(batch).y;

/** Cells that hit their targets and reads without noise, for the kinds on the common frame. */
const QUIET = { cell: 'exact', read_noise: 0, output_noise: 0, noise_bandwidth: 0, wire_model: 'none', compression: 0 };
/** A weight in one pair of cells, an input in one pass. */
const WHOLE = {
  weight_scheme: 'differential',
  weight_bits: 0,
  cell_bits: 0,
  column_inversion: 'off',
  input_encoding: 'voltage',
  input_signs: 'bipolar',
  bound_rounds: 0,
  input_scale: 'abs-max',
  input_range: 1,
};
const FRAMED = ELECTRONIC.filter((name) => 'weight_scheme' in profiles.devices.get(name)!.parameters);
/** Multipliers and amplifiers without errors; a bandwidth of nothing lets no noise in. */
const ACCURATE = {
  offset_x: 0,
  offset_w: 0,
  gain_spread: 0,
  resistor_tolerance: 0,
  amplifier_offset: 0,
  amplifier_noise: 0,
  amplifier_current_noise: 0,
  open_loop_gain: 1e12,
  gain_bandwidth: 1e-9,
  input_bits: 12,
  input_clip: 1,
  weight_bits: 16,
};
/** The kinds that always convert, at their best. */
const CONVERTING: Readonly<Record<string, Values>> = {
  'crossbar-basic': {
    input_bits: 9,
    input_clip: 1,
    programming_sigma: [0],
    read_coefficients: [0, 0],
    output_noise: 0,
  },
  'gilbert-opamp-cmos': { ...ACCURATE, weight_tolerance: 0, predistortion_residual: 0, cell_resistance: 1e12 },
  'gilbert-board-ad633': { ...ACCURATE, nonlinearity_x: 0, nonlinearity_w: 0, multiplier_noise: 0 },
};

/**
 * The most that an output may be off: half a step of every input times its weight, half a step of every weight times
 * its input, half a step of every conversion, and the rounding of f32.
 */
function allowed(inputBits: number, weightStep: number, conversion: number, tileRows: number): Float64Array {
  const bounds = new Float64Array(rows * n);
  for (let row = 0; row < rows; row++) {
    const input = x.subarray(row * k, row * k + k);
    const xMax = input.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const inputStep = xMax / (2 ** (inputBits - 1) - 1);
    for (let c = 0; c < n; c++) {
      let bound = 0;
      for (let start = 0; start < k; start += tileRows) {
        const end = Math.min(k, start + tileRows);
        let wMax = 0;
        for (let i = start; i < end; i++) wMax = Math.max(wMax, Math.abs(weights[c * k + i]!));
        for (let i = start; i < end; i++) {
          const w = Math.abs(weights[c * k + i]!);
          const half = weightStep * wMax * 0.5;
          bound += (w + half) * inputStep * 0.5 + half * Math.abs(input[i]!) + 3e-7 * w * Math.abs(input[i]!);
        }
        bound += conversion * 0.5 * wMax * xMax;
      }
      bounds[row * n + c] = bound;
    }
  }
  return bounds;
}

/** Largest share of what is allowed that an output takes. */
function share(y: Float32Array, bounds: Float64Array): number {
  return y.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i]!) / bounds[i]!), 0);
}

/** Steps of a weight at full scale that the engine's 16-bit codes have for inputs of so many bits (tile-engine.md). */
function weightLimit(inputBits: number, tileRows: number): number {
  const most = Math.floor((2 ** 31 - 1) / ((2 ** (inputBits - 1) - 1) * tileRows));
  return most < 8191 ? 32767 : Math.min(32767, most);
}

describe('without noise and converters', () => {
  it('every kind that can do without converters is on the list, and no other', () => {
    const able = ELECTRONIC.filter((name) => {
      const { input_bits } = KINDS.get(profiles.devices.get(name)!.kind)!.parameters;
      return input_bits!.value.safeParse(0).success;
    });
    expect(able).toEqual(FRAMED);
    expect(FRAMED).toHaveLength(8);
  });

  it.each(FRAMED)('%s equals the reference bit for bit', (name) => {
    expect(outputs(name, { ...QUIET, ...WHOLE, input_bits: 0, adc_bits: 0 })).toEqual(reference);
  });

  it.each(FRAMED)('%s does so at any age and with compensation, as exact cells do not drift', (name) => {
    const values = { ...QUIET, ...WHOLE, input_bits: 0, adc_bits: 0, compensation: 'global', read_time: 1e7 };
    expect(outputs(name, values)).toEqual(reference);
  });
});

describe('with converters of 12 bits and more and no noise', () => {
  const ADC_BOUND = 32;
  /** The engine's analog unit is a quarter larger than g_max. */
  const REACH = 1.25;

  describe.each(FRAMED)('%s is within what 16-bit weights and the converters allow', (name) => {
    const tileRows = (profiles.devices.get(name)!.parameters as unknown as { tile_rows: { value: number } }).tile_rows;

    it.each([
      [12, 12],
      [12, 14],
      [16, 14],
    ])('%d bits in, %d bits out', (input_bits, adc_bits) => {
      const whole = input_bits <= 12;
      const streamed = whole
        ? {}
        : { input_encoding: 'bit-serial', input_signs: 'twos-complement', input_slice_bits: 1 };
      const y = outputs(name, { ...QUIET, ...WHOLE, ...streamed, input_bits, adc_bits, adc_bound: ADC_BOUND });
      // Streamed bits are converted each: a sign of 1 and bits of 1/2, 1/4, … as much, and 1/256 of that once more.
      const conversions = whole ? 1 : 2 * (1 + 2 ** -7);
      const conversion = (conversions * ADC_BOUND) / (2 ** (adc_bits - 1) - 1);
      const limit = weightLimit(whole ? input_bits : 2, tileRows.value);
      const taken = share(y, allowed(input_bits, REACH / limit, conversion, tileRows.value));
      expect(taken).toBeLessThan(1);
      expect(taken).toBeGreaterThan(0.02);
    });
  });

  it.each(Object.keys(CONVERTING))('%s at its best is within what its converters allow', (name) => {
    const values = CONVERTING[name]!;
    const p = validVariant(name, values).parameters as unknown as Record<string, { value: number }>;
    const range = (p['adc_range'] ?? p['adc_bound'])!.value;
    const tileRows = p['tile_rows']!.value;
    const inputBits = values['input_bits'] as number;
    const y = outputs(name, { ...values, adc_bits: 14 });
    const limit = Math.min(weightLimit(inputBits, tileRows), 2 ** 15 - 1);
    const taken = share(y, allowed(inputBits, 2 / limit, range / (2 ** 13 - 1), tileRows));
    expect(taken).toBeLessThan(1);
    expect(taken).toBeGreaterThan(0.02);
  });
});

describe('cells of a few bits', () => {
  // Their weights are codes of 8 bits, their inputs of 8 or 9: nothing is nearer than that.
  it.each([
    ['sram-charge-65nm', { mismatch: 0, comparator_noise: 0, temperature: 1e-6, weight_bits: 8, input_bits: 9 }],
    [
      'sram-c2c-22nm',
      { mismatch: 0, comparator_noise: 0, temperature: 1e-6, ladder_parasitic: 0, weight_bits: 8, input_bits: 9 },
    ],
  ])('%s without errors is within a step of its operands and conversions', (name, values) => {
    const p = validVariant(name, values).parameters as unknown as Record<string, { value: number }>;
    const tileRows = p['tile_rows']!.value;
    const y = outputs(name, { ...values, adc_bits: 13 });
    // A cell driven fully is a product of 2^bits steps by bits; a count of bits has a code of its own.
    const unit = name === 'sram-c2c-22nm' ? 256 / 127 : 0;
    const conversion = unit * ((2 * p['adc_range']!.value) / 2 ** 13);
    const taken = share(y, allowed(9, 1 / 127, conversion, tileRows));
    expect(taken).toBeLessThan(1);
    expect(taken).toBeGreaterThan(0.02);
  });
});
