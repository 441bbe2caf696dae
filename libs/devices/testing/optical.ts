import { createTileEngine } from '@ohmlight/tile-engine';
import { batchOf, moments } from '../../tile-engine/testing/random.js';
import { createDevice } from '../src/create-device.js';
import { shardOf, variant } from './profiles.js';

export const engine = createTileEngine();

/** Values that leave an optical profile without dynamic noise and without static error. */
export const QUIET: Record<string, Record<string, unknown>> = {
  'optical-ideal': {},
  'phase-mask': { noise: 'none', weight_bits: 0, phase_error: 0, phase_jitter: 0, phase_drift: 0 },
  'freespace-incoherent': {
    noise: 'none',
    weight_bits: 0,
    input_gain_spread: 0,
    output_gain_spread: 0,
    pixel_spread: 0,
    crosstalk_trim: 0,
  },
  'dmd-bitplane': {
    noise: 'none',
    mirrors: 'inputs',
    weight_bits: 0,
    planes: 11,
    adc_range_by: 'norms',
    adc_range: 16,
  },
  'ddot-lt': { noise: 'none', weight_bits: 0, phase_bias: 0, phase_sigma: 0, channel_spacing: 0 },
  'mrr-wdm': { noise: 'none', weight_bits: 0, lock_bits: 0, temperature_sigma: 0, crosstalk_trim: 0 },
  'pcm-photonic': { noise: 'none', weight_bits: 0, write_error: 0 },
  'mzi-clements': {
    noise: 'none',
    weight_bits: 0,
    splitter_error: 0,
    phase_error: 0,
    phase_jitter: 0,
    mzi_loss: 0,
    crosstalk: 0,
  },
  'homodyne-tfln': { noise: 'none', weight_bits: 0, magnitude_sigma: 0, phase_sigma: 0 },
};

/** Converters of 12 bits and more. */
export const FINE = { input_bits: 12, adc_bits: 14, adc_range: 16 };

export function programmed(name: string, values: Record<string, unknown>, weights: Float32Array, k: number) {
  const n = weights.length / k;
  return createDevice(variant(name, values), engine).program(shardOf({ k, n }, name), weights);
}

/** The same row at many positions. */
export const repeated = (x: Float32Array, rows: number) =>
  batchOf(
    Float32Array.from({ length: rows * x.length }, (_, i) => x[i % x.length]!),
    rows,
  );

/** Mean and variance of each output over many readings of one row. */
export function readings(
  name: string,
  values: Record<string, unknown>,
  weights: Float32Array,
  x: Float32Array,
  rows: number,
): { mean: number; variance: number }[] {
  const k = x.length;
  const n = weights.length / k;
  const { y } = programmed(name, values, weights, k).execute(repeated(x, rows));
  return Array.from({ length: n }, (_, c) => moments(Float64Array.from({ length: rows }, (_, row) => y[row * n + c]!)));
}
