import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../tile-engine/testing/random.js';
import { engine, FINE, programmed, QUIET } from '../../testing/optical.js';
import { shardOf, variant } from '../../testing/profiles.js';
import { createDevice } from '../create-device.js';
import { KINDS } from '../kinds.js';

const k = 300;
const n = 256;
const draw = random(3);
const weights = draw.gaussians(n * k, 0.05);
const rows = 5;
const x = draw.gaussians(rows * k);
const batch = batchOf(x, rows);
const reference = programmed('digital-fp32', {}, weights, k).execute(batch).y;

describe.each(Object.keys(QUIET))('%s without error and noise', (name) => {
  it('equals the reference without converters, bit for bit', () => {
    const { y } = programmed(name, { ...QUIET[name], input_bits: 0, adc_bits: 0 }, weights, k).execute(batch);
    expect(y).toEqual(reference);
  });

  it('comes within what 12-bit inputs and 14-bit outputs allow, weights in 16 bits', () => {
    const { y } = programmed(name, { ...QUIET[name], ...FINE }, weights, k).execute(batch);
    // Input steps: largest/2047, √(1/12) of each; outputs 32 rms/2^14, √(1/12) of each, in up to 22 readings of planes.
    const input = (4 / 2047 / Math.sqrt(12)) * 1.2;
    const output = (32 / 2 ** 14 / Math.sqrt(12)) * 2;
    expect(relativeError(y, exactProduct(weights, x, rows, k, n))).toBeLessThan(Math.hypot(input, output));
  });
});

describe('the checks of optical profiles', () => {
  const faultOf = (name: string, values: Record<string, unknown>) => {
    const profile = variant(name, values);
    const bare = Object.fromEntries(Object.entries(profile.parameters).map(([key, { value }]) => [key, value]));
    return KINDS.get(profile.kind)!.check?.(bare)?.parameter;
  };

  it.each<[string, Record<string, unknown>, string]>([
    ['phase-mask', { responsivity: 1.3 }, 'responsivity'],
    ['phase-mask', { array_columns: 100 }, 'array_columns'],
    ['phase-mask', { input_bits: 1 }, 'input_bits'],
    ['phase-mask', { adc_bits: 2 }, 'adc_bits'],
    ['phase-mask', { rin: -20 }, 'rin'],
    ['phase-mask', { link_loss: 300 }, 'laser_power'],
    ['homodyne-tfln', { laser_power: 1e-30 }, 'laser_power'],
    ['dmd-bitplane', { symbol_rate: 1e30 }, 'laser_power'],
    ['phase-mask', { reference_share: 0 }, 'reference_share'],
    ['phase-mask', { phase_jitter: 1 }, 'phase_jitter'],
    ['homodyne-tfln', { phase_sigma: 1 }, 'phase_sigma'],
    ['mzi-clements', { array_columns: 32 }, 'array_columns'],
    ['mzi-clements', { tile_rows: 1, array_columns: 1 }, 'tile_rows'],
    ['mzi-clements', { tile_rows: 512, array_columns: 512 }, 'tile_rows'],
    ['mzi-clements', { tile_rows: 128, array_columns: 128, propagation: 'exact' }, 'propagation'],
    ['mzi-clements', { splitter_error: 0.5 }, 'splitter_error'],
    ['mzi-clements', { phase_error: 1 }, 'phase_error'],
    ['mzi-clements', { reference_share: 0 }, 'reference_share'],
    ['freespace-incoherent', { extinction_ratio: 2 }, 'extinction_ratio'],
    ['dmd-bitplane', { weight_bits: 8 }, 'weight_bits'],
    ['dmd-bitplane', { adc_range_by: 'norms' }, 'adc_range_by'],
    ['dmd-bitplane', { weight_residency: 'resident' }, 'weight_residency'],
    ['dmd-bitplane', { mirrors: 'inputs', plane_weighting: 'light' }, 'plane_weighting'],
    ['dmd-bitplane', { mirrors: 'inputs', input_bits: 7 }, 'input_bits'],
  ])('%s with %o names %s', (name, values, parameter) => {
    expect(faultOf(name, {})).toBeUndefined();
    expect(faultOf(name, values)).toBe(parameter);
  });
});

const largest = Math.max(...x.map(Math.abs));
const COARSE = ['phase-mask', 'homodyne-tfln', 'freespace-incoherent', 'dmd-bitplane'];

describe.each([...COARSE, 'mzi-clements', 'ddot-lt', 'mrr-wdm', 'pcm-photonic'])('a calibration of %s', (name) => {
  it('fixes the input range', () => {
    const device = createDevice(variant(name, {}), engine);
    const range = (inputRange: number) =>
      device.program(shardOf({ k, n }, name), weights, { inputRange }).execute(batch);
    expect(range(largest).telemetry.dacSaturated).toBe(0);
    const { dacSaturated } = range(largest / 2).telemetry;
    // The DAC's last code reaches half a step beyond it.
    expect(dacSaturated).toBe(x.filter((value) => Math.abs(value) > (largest / 2) * (1 + 0.5 / 127)).length);
  });
});

// Arrays of hundreds of inputs: of one or two tiles here; and of a mesh, whose tiles share one scale.
describe.each([...COARSE, 'mzi-clements'])('a calibration of %s', (name) => {
  it('fixes the ADC range of each column, in full products', () => {
    const profile = variant(name, { adc_bits: 10 });
    const device = createDevice(profile, engine);
    const tiles = Math.ceil(k / (profile.parameters as unknown as { tile_rows: { value: number } }).tile_rows.value);
    const bounded = (bound: number): Float32Array => {
      const adcBound = new Float32Array(n).fill(bound);
      return device.program(shardOf({ k, n }, name), weights, { adcBound }).execute(batch).y;
    };
    const free = device.program(shardOf({ k, n }, name), weights).execute(batch).y;
    const [wide, narrow] = [bounded(64), bounded(0.01)];
    for (let c = 0; c < n; c++) {
      const scale = Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs)) * largest;
      for (let at = c; at < rows * n; at += n) {
        expect(Math.abs(wide[at]! - free[at]!)).toBeLessThan(1.2 * scale);
        // Two passes at most.
        expect(Math.abs(narrow[at]!)).toBeLessThan(0.01 * scale * 2 * tiles * 1.1);
      }
    }
  });
});
