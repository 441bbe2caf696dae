import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { programmed, readings } from '../../../testing/optical.js';
import { frameOf } from '../../../testing/profiles.js';
import { streamedLedger } from './cost.js';
import { symbolCounts } from './light.js';
import type { HomodyneTfln } from './parameters.js';

const NAME = 'homodyne-tfln';
const k = 256;
const n = 16;
const draw = random(41);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(k);
const exact = {
  weight_bits: 0,
  input_bits: 12,
  adc_bits: 0,
  magnitude_sigma: 0,
  phase_sigma: 0,
  integration_capacitance: 0,
  dark_current: 0,
  rin: -300,
};
const array = (values: Record<string, unknown> = {}): HomodyneTfln => frameOf(NAME, values) as unknown as HomodyneTfln;
const largest = Math.max(...x.map(Math.abs));
const column = (c: number): Float32Array => weights.subarray(c * k, c * k + k);
const scaleOf = (c: number): number => Math.max(...column(c).map(Math.abs));

describe('a homodyne array from laser power', () => {
  it('has the photons of its laser: power·loss·efficiency/(2·cells·symbol rate)', () => {
    // 4 W, 10 dB, 1 A/W, 20 GBaud, 2 · 65,536 cells.
    expect(symbolCounts(array())).toBeCloseTo((4 * 0.1) / 1.602176634e-19 / 20e9 / 131_072, 6);
  });

  const measure = (counts: number): number => {
    const power = counts / symbolCounts(array({ laser_power: 1 }));
    const draws = 4_000;
    let ratio = 0;
    let sigma = 0;
    readings(NAME, { ...exact, laser_power: power }, weights, x, draws).forEach(({ variance }, c) => {
      const inputs = x.reduce((sum, value) => sum + (value / largest) ** 2, 0);
      const own = column(c).reduce((sum, value) => sum + (value / scaleOf(c)) ** 2, 0);
      // α²‖x‖² + β²‖v‖² counts, over (2αβ)².
      const law = ((inputs + own) / (4 * counts)) * (scaleOf(c) * largest) ** 2;
      ratio += variance / law / n;
      sigma += Math.sqrt(variance) / n;
    });
    expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.sqrt((2 + 4 / counts / k) / (draws * n)) + 0.005);
    return sigma;
  };

  it('has the standard quantum limit (‖x‖² + ‖v‖²)/(4α²), with slope −½ from Poisson counts to Gaussian', () => {
    const counts = [0.1, 1, 10, 100, 1e3, 1e4];
    const sigmas = counts.map(measure);
    for (let i = 1; i < counts.length; i++) expect(Math.log10(sigmas[i]! / sigmas[i - 1]!)).toBeCloseTo(-0.5, 1.5);
  });

  it('is ‖W_i‖‖x‖/√n where both trains have half of n photons', () => {
    // Operands of equal norm in units of their largest: the weights are the inputs.
    const w = x.map((value) => value * 0.05);
    const counts = 20;
    const power = counts / symbolCounts(array({ laser_power: 1 }));
    const { variance } = readings(NAME, { ...exact, laser_power: power }, w, x, 4_000)[0]!;
    const norm = x.reduce((sum, value) => sum + (value / largest) ** 2, 0);
    const photons = 2 * counts * norm;
    const law = (Math.hypot(...w) * Math.hypot(...x)) ** 2 / photons;
    expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / 4_000) + 0.01);
  });

  it('adds the reset noise of two integrators', () => {
    const values = { ...exact, laser_power: 4e6, integration_capacitance: 20e-9 };
    const electrons = Math.sqrt(1.380649e-23 * 300 * 20e-9) / 1.602176634e-19;
    const gain = 2 * symbolCounts(array(values));
    readings(NAME, values, weights, x, 4_000).forEach(({ variance }, c) => {
      const inputs = x.reduce((sum, value) => sum + (value / largest) ** 2, 0);
      const own = column(c).reduce((sum, value) => sum + (value / scaleOf(c)) ** 2, 0);
      const law = (2 * electrons ** 2) / gain ** 2 + (inputs + own) / (2 * gain);
      expect(Math.abs(variance / (law * (scaleOf(c) * largest) ** 2) - 1)).toBeLessThan(
        4 * Math.sqrt(2 / 4_000) + 0.01,
      );
    });
  });

  it('has one static gain to an output, second order in phase', () => {
    const eye = new Float32Array(k * k);
    for (let j = 0; j < k; j++) eye[j * k + j] = 1;
    const gains = (values: Record<string, unknown>): number[] => {
      const { y } = programmed(NAME, { ...exact, noise: 'none', ...values }, weights, k).execute(batchOf(eye, k));
      return Array.from({ length: n }, (_, c) => {
        let along = 0;
        for (let j = 0; j < k; j++) along += y[j * n + c]! * weights[c * k + j]!;
        return along / column(c).reduce((sum, value) => sum + value * value, 0) - 1;
      });
    };
    const rms = (values: number[]): number => Math.hypot(...values) / Math.sqrt(values.length);
    expect(rms(gains({ magnitude_sigma: 0.05 })) / 0.05).toBeCloseTo(1, 0);
    // cos(σξ) − 1: σ²·√3/2 rms, and never above 0.
    const phase = gains({ phase_sigma: 0.1 });
    expect(Math.max(...phase)).toBeLessThan(1e-4);
    expect(rms(phase)).toBeLessThan(0.02);
  });
});

describe('the ledger of a homodyne array from laser power', () => {
  const p = array();
  const fast = { ...p, memory_bandwidth: 1e15 };

  it('lights its whole array for as long as a pass takes', () => {
    const { joules, seconds } = streamedLedger(fast, { k: 256, n: 256, rows: 1 });
    expect(seconds).toBeCloseTo(10e-9 + 256 / 20e9, 13);
    expect(joules.laser).toBeCloseTo((4 / 0.2) * (256 / 20e9), 15);
    expect(joules.tia! / (65_536 * p.tia_power * (256 / 20e9))).toBeCloseTo(1, 9);
  });

  it('streams both operands: symbols of inputs and of weights, and weights from memory for every pass', () => {
    const ledger = streamedLedger(p, { k: 300, n: 600, rows: 300 });
    expect(ledger.dacConversions).toBe(3 * 300 * 300 + 2 * 600 * 300);
    expect(ledger.reloads).toBe(2);
    expect(ledger.bytesMoved).toBe(2 * 600 * 300 + 3 * 300 * 300 + 2 * 300 * 600 * 2);
  });

  // SimPhony's cycles are of 1e-8 s where they are 1e-9: its latencies are tenfold.
  it('takes a symbol for 1/rate seconds, not ten of them', () => {
    const one = streamedLedger(fast, { k: 256, n: 256, rows: 1 }).seconds;
    const two = streamedLedger(fast, { k: 512, n: 256, rows: 1 }).seconds;
    expect(two - one).toBeCloseTo(256 / 20e9, 15);
  });
});
