import { totalJoules } from '@ohmlight/contracts';
import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, moments, random } from '../../../../tile-engine/testing/random.js';
import { crossbarBasic, shardOf, varied } from '../../../testing/profiles.js';
import { adcEnergy } from '../adc-energy.js';
import { createCrossbar } from './crossbar.js';

const engine = createTileEngine();
const k = 300;
const n = 512;
const weights = random(1).gaussians(n * k, 0.05);
const x = random(2).gaussians(4 * k);

describe('the noise of a crossbar', () => {
  it('is output noise and read noise, in currents of a device at g_max', () => {
    const quiet = varied(crossbarBasic, {
      programming_sigma: [0],
      adc_bits: 14,
      adc_bound: 4,
      input_bits: 9,
      tile_rows: 256,
    });
    const one = Float32Array.of(1, 0.5, -0.25, 0.75);
    const row = Float32Array.of(1, -0.5, 0.25, 0.125);
    const rows = 20_000;
    const batch = batchOf(
      Float32Array.from({ length: 4 * rows }, (_, i) => row[i % 4]!),
      rows,
    );
    const sigma = (values: object): number => {
      const shard = createCrossbar(varied(quiet, values), engine).program(shardOf({ k: 4, n: 1 }, 'x'), one);
      return Math.sqrt(moments(shard.execute(batch).y).variance);
    };
    // One unit of conductance is g_max; the largest weight takes g_max − g_min.
    const unit = 88.2 / (88.2 - 9);
    expect(Math.abs(sigma({ output_noise: 0.04, read_coefficients: [0] }) / (0.04 * unit) - 1)).toBeLessThan(0.03);
    const g = [
      [88.2, 9],
      [48.6, 9],
      [9, 28.8],
      [68.4, 9],
    ].map((pair) => pair.map((value) => 0.0277316483 * Math.log10(value) * Math.sqrt(Math.log((1 + 1e-6) / 2e-6))));
    const mean = g.reduce((sum, [plus, minus]) => sum + plus! ** 2 + minus! ** 2, 0) / 4;
    const norm = Math.hypot(...row);
    expect(Math.abs(sigma({ output_noise: 0 }) / (((norm * Math.sqrt(mean)) / 88.2) * unit) - 1)).toBeLessThan(0.03);
  });
});

describe('the ledger of a crossbar', () => {
  const device = createCrossbar(crossbarBasic, engine);
  const shard = device.program(shardOf({ k, n }, 'x'), weights);
  const { ledger } = shard.execute(batchOf(x, 4));

  it('counts conversions: inputs once per column of tiles, outputs once per row of tiles', () => {
    expect(ledger.dacConversions).toBe(4 * 300 * 2);
    expect(ledger.adcConversions).toBe(4 * 512 * 2);
    expect(ledger.bytesMoved).toBe(ledger.dacConversions + 2 * ledger.adcConversions);
    expect(ledger.reloads).toBe(0);
  });

  it('reads a row while it converts the one before', () => {
    // Reading 100 ns, converting 128 columns at 1.28 GS/s 100 ns.
    expect(ledger.seconds).toBeCloseTo(5 * 100e-9, 12);
    const slow = createCrossbar(varied(crossbarBasic, { columns_per_adc: 256 }), engine);
    expect(slow.program(shardOf({ k, n }, 'x'), weights).execute(batchOf(x, 4)).ledger.seconds).toBeCloseTo(
      3 * 200e-9 + 300e-9,
      12,
    );
  });

  it('adds up energy from the conversions', () => {
    const adc = 4 * 512 * 2 * adcEnergy(9, 1.28e9, 32);
    const dac = 4 * 300 * 2 * 0.291e-12;
    expect(ledger.joules.adc).toBeCloseTo(adc, 20);
    expect(ledger.joules.dac).toBeCloseTo(dac, 20);
    expect(ledger.joules.idle).toBeCloseTo(0.2 * (adc + dac), 20);
    expect(ledger.joules.driver).toBeCloseTo(4 * 512 * 2 * 0.021e-12, 20);
    expect(ledger.joules.memory).toBeCloseTo(ledger.bytesMoved * 0.639e-12, 20);
  });

  it('draws from the array what conductance and voltage say', () => {
    const exact = varied(crossbarBasic, { programming_sigma: [0] });
    const single = createCrossbar(exact, engine).program(shardOf({ k: 2, n: 1 }, 'x'), Float32Array.of(1, -0.5));
    const { joules } = single.execute(batchOf(Float32Array.of(-2, 1), 1)).ledger;
    // Pairs of 88.2 + 9 and 9 + 48.6 µS, at the full and at half the read voltage.
    const expected = 100e-9 * 0.2 ** 2 * (97.2e-6 + 0.25 * 57.6e-6);
    expect(Math.abs(joules.array! / expected - 1)).toBeLessThan(1e-6);
    const dark = single.execute(batchOf(new Float32Array(2), 1)).ledger;
    expect(dark.joules.array).toBe(0);
  });

  it('charges programming apart from execution', () => {
    const { seconds, joules } = shard.programLedger;
    expect(joules.program).toBeCloseTo(2 * 300 * 512 * 10 * 10e-12, 12);
    expect(seconds).toBeCloseTo(256 * 10 * 1e-6, 9);
    expect(ledger.joules.program).toBeUndefined();
  });

  it('comes to a fraction of a picojoule for each multiplication', () => {
    const perMac = totalJoules(ledger.joules) / ledger.macs;
    expect(perMac).toBeGreaterThan(0.01e-12);
    expect(perMac).toBeLessThan(1e-12);
  });
});
