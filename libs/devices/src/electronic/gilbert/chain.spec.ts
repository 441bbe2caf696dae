import { totalJoules } from '@ohmlight/contracts';
import { createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { profiles, shardOf, varied } from '../../../testing/profiles.js';
import type { ProfileWith } from '../../profile/profile.js';
import { valuesOf } from '../../profile/quantity.js';
import type { GilbertChain } from './chain.js';
import { cmosArray, createCmosChain, createGilbertCmos } from './cmos.js';
import type { Cmos, CmosParameters } from './parameters.js';
import { diodeOutput } from './rectifier.js';

const profile = profiles.devices.get('gilbert-opamp-cmos') as unknown as ProfileWith<CmosParameters>;
const values = (change: object): Cmos => valuesOf(varied(profile, change).parameters);
const engine = createTypescriptEngine();
const QUIET = {
  offset_x: 0,
  offset_w: 0,
  gain_spread: 0,
  weight_tolerance: 0,
  resistor_tolerance: 0,
  amplifier_offset: 0,
  predistortion_residual: 0,
  gain_bandwidth: 1e-9,
  weight_bits: 16,
  adc_bits: 14,
};
/** Volts at which a diode works: 1 V a product. */
const BENCH = { ...QUIET, predistortion: 'none', drive_x: 0.03, drive_w: 0.03, swing: 8, adc_range: 8 };
const DIODE = { saturationCurrent: 2.52e-9, emission: 1.752, load: 1e4, temperature: 300 };

const draw = random(21);
const [k, hidden, n, rows] = [12, 20, 3, 40];
const x = draw.gaussians(rows * k, 1, 3);
const first = draw.gaussians(hidden * k, 0.5, 3);
const second = draw.gaussians(n * hidden, 0.5, 3);
const most = (of: Float32Array): number => Math.max(...of.map(Math.abs));
const base = { checkpoint: 'mlp', layer: 0, chipSeed: 1n, k, hidden, n, first, second, inputRange: 3, hiddenRange: 8 };
const batch = batchOf(x, rows);

describe('a multilayer perceptron in one circuit', () => {
  const diode = (volts: number): number => diodeOutput(volts, DIODE);
  const chain: GilbertChain = { ...base, activation: diode };

  it('is the circuit: tanh cells, a diode at every hidden node, tanh cells, one converter', () => {
    const p = values(BENCH);
    const { gain, tree } = cmosArray({ ...p, tile_rows: k });
    const later = cmosArray({ ...p, tile_rows: hidden }).tree;
    const u = 0.03 / (2 * 0.025852);
    const y = new Float64Array(rows * n);
    for (let row = 0; row < rows; row++) {
      const v = Array.from({ length: hidden }, (_, h) => {
        let products = 0;
        for (let i = 0; i < k; i++) {
          const input = Math.round(Math.max(-1, Math.min(1, x[row * k + i]! / 3)) * 127) / 127;
          products +=
            gain * tree.gain ** 0.05 * Math.tanh(u * input) * Math.tanh((u * first[h * k + i]!) / most(first));
        }
        // 1 V a product; a hidden value of 8 is the full scale of the second port.
        return diodeOutput(products, DIODE) * ((most(first) * 3) / 8);
      });
      for (let c = 0; c < n; c++) {
        const weights = second.subarray(c * hidden, c * hidden + hidden);
        let products = 0;
        for (let h = 0; h < hidden; h++)
          products +=
            gain *
            later.gain ** 0.05 *
            Math.tanh(u * Math.max(-1, Math.min(1, v[h]!))) *
            Math.tanh((u * weights[h]!) / most(weights));
        const code = Math.round((products / 8) * 8191);
        y[row * n + c] = (code / 8191) * 8 * most(weights) * 8;
      }
    }
    const device = createCmosChain(p, chain, engine).execute(batch).y;
    expect(relativeError(device, y)).toBeLessThan(3e-3);
    const ideal = exactProduct(
      second,
      exactProductOf(first, (h) => Math.max(0, h)),
      rows,
      hidden,
      n,
    );
    // A diode is no max(0, x): its knee takes its share.
    expect(relativeError(device, ideal)).toBeGreaterThan(0.1);
    const sharp = createCmosChain(p, { ...chain, activation: (volts) => Math.max(0, volts) }, engine).execute(batch).y;
    expect(relativeError(sharp, ideal)).toBeLessThan(relativeError(device, ideal) / 2);
  });

  it('refuses cells whose law is no one product', () => {
    const p = values({ ...BENCH, law: 'square-law', drive_x: 0.1, drive_w: 0.1 });
    expect(() => createCmosChain(p, chain, engine)).toThrow(expect.objectContaining({ code: 'invalid_shard' }));
  });
});

/** activation(x·Wᵀ), in f64 and rounded once. */
function exactProductOf(weights: Float32Array, activation: (h: number) => number): Float32Array {
  return Float32Array.from(exactProduct(weights, x, rows, k, weights.length / k), activation);
}

describe('a gated chain', () => {
  const gates = draw.gaussians(2 * hidden * k, 0.5, 3);
  const products = exactProduct(gates, x, rows, k, 2 * hidden);
  const middle = Float32Array.from({ length: rows * hidden }, (_, at) => {
    const row = Math.floor(at / hidden) * 2 * hidden;
    const gate = products[row + (at % hidden)]!;
    return (gate / (1 + Math.exp(-gate))) * products[row + hidden + (at % hidden)]!;
  });
  const ideal = exactProduct(second, middle, rows, hidden, n);
  const chain: GilbertChain = { ...base, first: gates, activation: 'gated-silu', hiddenRange: most(middle) };

  it('is the reference without errors, and near it with them', () => {
    const still = createCmosChain(values({ ...QUIET, input_bits: 12 }), chain, engine).execute(batch);
    expect(relativeError(still.y, ideal)).toBeLessThan(0.01);
    const real = createCmosChain(values({}), { ...chain, gateNoise: 1e-3 }, engine).execute(batch);
    expect(relativeError(real.y, ideal)).toBeLessThan(0.2);
    expect(real.telemetry.noiseRms).toBeGreaterThan(0);
    expect(relativeError(real.y, ideal)).toBeGreaterThan(relativeError(still.y, ideal));
  });

  it('saves the converters between its matrices, and their time', () => {
    const { ledger } = createCmosChain(values({}), chain, engine).execute(batch);
    const device = createGilbertCmos(profile, engine);
    const up = device.program(shardOf({ k, n: 2 * hidden }, profile.name), gates).execute(batch).ledger;
    const down = device.program(shardOf({ k: hidden, n }, profile.name), second).execute(batchOf(middle, rows)).ledger;
    expect(ledger.macs).toBe(up.macs + down.macs);
    expect(ledger.adcConversions).toBe(down.adcConversions);
    expect(ledger.dacConversions).toBe(up.dacConversions);
    const conversion = (part: typeof ledger): number => part.joules.adc! + part.joules.dac!;
    expect(conversion(ledger)).toBeLessThan(0.4 * (conversion(up) + conversion(down)));
    expect(totalJoules(ledger.joules)).toBeGreaterThan(0);
  });
});
