import { describe, expect, it } from 'vitest';
import { effectiveWeights } from '../../../../tile-engine/src/weights.js';
import { PLAIN } from '../../../../tile-engine/testing/tiles.js';
import { random } from '../../../../tile-engine/testing/random.js';
import { frameOf } from '../../../testing/profiles.js';
import { crossbarArray } from './array.js';
import { EXACT } from './cell.js';
import type { Frame } from './parameters.js';

const [k, n] = [200, 40];
const weights = random(5).gaussians(n * k, 0.05);
weights.fill(0, 7 * k, 8 * k);
// More than half full: columns that are stored upside down.
weights.subarray(3 * k, 4 * k).fill(0.1);
const shard = { k, n, columnStart: 0, weights, chipSeed: 1n, matrix: 'resting' };
const stateOf = (values: Partial<Frame>) =>
  crossbarArray({ ...frameOf('rram-isaac-32nm'), ...values }, EXACT, shard).at(0);

describe('sliced cells that rest', () => {
  it.each<[string, Partial<Frame>]>([
    ['as ISAAC has them', {}],
    [
      'of one scale for a column, with g_min, upright',
      { weight_scale: 'column', g_min: 1e-6, column_inversion: 'off' },
    ],
    ['of three bits', { cell_bits: 3, weight_bits: 9 }],
  ])('are stored in one pass as device by device, to the bit: %s', (_, values) => {
    const { columnSums: _sums, digits, weights: _none, ...quick } = stateOf(values);
    // Compensation asks for the sums of columns, which the general way alone has; cells that rest have none to lose.
    const { columnSums, digits: none, weights: whole, ...general } = stateOf({ ...values, compensation: 'global' });
    expect(none).toBeNull();
    expect(columnSums.some((sum) => sum > 0)).toBe(true);
    expect(quick).toEqual(general);
    const { fullScale } = quick;
    const slices = whole.length / (n * k);
    const expanded = effectiveWeights({ k, n, tileRows: 128, slices, weights: digits!, fullScale, readout: PLAIN });
    expect(expanded.some((weight) => weight !== 0)).toBe(true);
    expect(expanded).toEqual(whole);
  });

  it.each<[string, Partial<Frame>]>([
    ['digits of more bits than a look-up has', { cell_bits: 5 }],
    ['weights that are read whole', { input_bits: 0 }],
    ['cells that are stuck', { stuck_low: 0.01 }],
    ['currents that are no product', { wire_model: 'exact', wire_output_resistance: 1 }],
    ['pairs', { weight_scheme: 'differential', column_inversion: 'off' }],
  ])('are not: %s', (_, values) => {
    const { digits, weights: whole } = stateOf(values);
    expect(digits).toBeNull();
    expect(whole.some((weight) => weight !== 0)).toBe(true);
  });
});
