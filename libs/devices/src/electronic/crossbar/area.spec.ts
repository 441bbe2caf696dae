import { createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { frameOf, variant } from '../../../testing/profiles.js';
import { createDevice } from '../../create-device.js';
import { ratingOf, tileArea } from './area.js';
import { executionLedger, rowSeconds } from './cost.js';
import { mappingOf } from './mapping.js';
import type { Frame } from './parameters.js';

const off = (value: number | undefined, expected: number): number => Math.abs(value! / expected - 1);
const ROWS = 200;

/** Joules of a row on one full tile, its devices at `part` of g_max in the mean, without the bytes that it moves. */
function joulesPerRow(p: Frame, part: number): number {
  const mapping = mappingOf(p);
  const onLine = p.tile_columns * mapping.digits * mapping.devices * part * p.g_max;
  const shape = {
    k: p.tile_rows,
    n: p.tile_columns,
    mapping,
    rowConductance: new Float64Array(p.tile_rows).fill(onLine),
    calibration: {},
  };
  const draw = random(3);
  const x = Float32Array.from({ length: p.tile_rows * ROWS }, () => 2 * draw.uniform() - 1);
  for (let row = 0; row < ROWS; row++) x[row * p.tile_rows] = 1;
  const { dac = 0, array = 0, adc = 0, driver = 0, idle = 0 } = executionLedger(p, shape, batchOf(x, ROWS)).joules;
  return (dac + array + adc + driver + idle) / ROWS;
}

describe('ISAAC, from its components', () => {
  const p = frameOf('rram-isaac-32nm');
  const mapping = mappingOf(p);
  const joules = joulesPerRow(p, 0.5);

  it('a tile of 96 arrays takes 0.372 mm² and 330 mW', () => {
    const tile = ratingOf(p, mapping, joules, 96);
    expect(off(tile.squareMetres, 0.372e-6)).toBeLessThan(0.01);
    expect(off(tile.watts, 330e-3)).toBeLessThan(0.08);
  });

  it('a chip of 168 tiles takes 85.4 mm² and 65.8 W for 41.3 TOPS', () => {
    const chip = ratingOf(p, mapping, joules);
    expect(off(chip.squareMetres, 85.4e-6)).toBeLessThan(0.01);
    expect(off(chip.watts, 65.8)).toBeLessThan(0.08);
    expect(off(chip.operationsPerSecond, 41.3e12)).toBeLessThan(0.01);
    expect(off(chip.operationsPerSecond / chip.watts, 0.63e12)).toBeLessThan(0.08);
    expect(off(chip.operationsPerSecond / (chip.squareMetres! * 1e6), 479e9)).toBeLessThan(0.02);
  });
});

describe("PUMA's matrix unit, from its components", () => {
  const p = frameOf('rram-puma-32nm');

  it('takes 2304 ns and 43.97 nJ, 2.68 pJ a multiplication', () => {
    expect(off(rowSeconds(p, mappingOf(p), 128).next, 2304e-9)).toBeLessThan(0.001);
    const joules = joulesPerRow(p, 0.5);
    expect(off(joules, 43.97e-9)).toBeLessThan(0.08);
    expect(off(joules / 128 ** 2, 2.68e-12)).toBeLessThan(0.08);
  });
});

describe('HERMES', () => {
  it('is 63.1 TOPS at 1.55 TOPS/mm², which its area is fitted to; in four phases a quarter of it', () => {
    const densities = [{}, { input_signs: 'two-pass', weight_scheme: 'differential-digital' }].map((values) => {
      const p = frameOf('pcm-hermes-14nm', values);
      const { operationsPerSecond, squareMetres } = ratingOf(p, mappingOf(p), 0);
      return operationsPerSecond / (squareMetres! * 1e6);
    });
    expect(off(densities[0], 1.55e12)).toBeLessThan(0.01);
    expect(off(densities[1], (1.55e12 * 16.1) / 63.1)).toBeLessThan(0.02);
  });
});

describe('what a matrix takes up', () => {
  const engine = createTypescriptEngine();
  const footprint = (name: string, k: number, n: number, values = {}) =>
    createDevice(variant(name, values), engine).footprint!(k, n);

  it('is whole tiles, and their part of a chip', () => {
    expect(footprint('rram-isaac-32nm', 129, 17)).toMatchObject({ tiles: 4, chips: 4 / 16_128 });
    const chip = footprint('rram-isaac-32nm', 128 * 168, 16 * 96);
    expect(chip.chips).toBe(1);
    expect(off(chip.squareMetres, 85.4e-6)).toBeLessThan(0.01);
    expect(footprint('rram-neurram-130nm', 256, 256)).toEqual({ tiles: expect.any(Number), chips: expect.any(Number) });
    expect(footprint('sram-c2c-22nm', 65, 17)).toEqual({ tiles: 4, squareMetres: 4 * 0.124e-6 });
    expect(footprint('crossbar-basic', 257, 256)).toEqual({ tiles: 2 });
  });

  it('has an area only where components have one', () => {
    expect(footprint('pcm-standard', 512, 512).squareMetres).toBeUndefined();
    const p = frameOf('pcm-standard', { cell_area: 1e-14, adc_area: 1e-9, dac_area: 1e-11, tile_area: 1e-8 });
    const { slices, devices } = mappingOf(p);
    const adcs = Math.ceil((p.tile_columns * slices) / p.columns_per_adc);
    const expected = p.tile_rows * p.tile_columns * devices * 1e-14 + p.tile_rows * 1e-11 + adcs * 1e-9 + 1e-8;
    expect(off(tileArea(p, mappingOf(p)), expected)).toBeLessThan(1e-12);
  });
});
