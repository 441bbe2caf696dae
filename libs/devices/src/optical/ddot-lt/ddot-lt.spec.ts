import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { engine, programmed, readings } from '../../../testing/optical.js';
import { profiles, variant } from '../../../testing/profiles.js';
import { createDevice, ratingOf } from '../../create-device.js';
import type { Work } from '../../device.js';
import { KINDS } from '../../kinds.js';
import { valuesOf } from '../../profile/quantity.js';
import { channelOffsets, couplerImbalance } from './dispersion.js';
import { encodingGain, encodingVariance } from './encoding.js';
import { insertionLoss, linkOf, symbolCounts } from './link.js';
import type { Ddot } from './parameters.js';

const NAME = 'ddot-lt';
/** One tile of 72 inputs. */
const k = 72;
const n = 12;
const draw = random(51);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(k);
const largest = Math.max(...x.map(Math.abs));
const input = (j: number): number => x[j]! / largest;
const scaleOf = (c: number): number => Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs));
const level = (c: number, j: number): number => weights[c * k + j]! / scaleOf(c);
const sum = (of: (j: number) => number): number => x.reduce((total, _, j) => total + of(j), 0);

const dark = { load_resistance: 0, dark_current: 0, rin: -300 };
const still = { magnitude_sigma: 0, phase_sigma: 0, phase_bias: 0, output_sigma: 0, channel_spacing: 0 };
const exact = { ...dark, ...still, weight_bits: 0, input_bits: 12, adc_bits: 0 };
const device = (values: Record<string, unknown> = {}): Ddot => {
  const p = valuesOf(variant(NAME, values).parameters) as unknown as Ddot;
  return { ...p, ...linkOf(p) };
};
const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((s, v) => s + v * v, 0) / values.length);

describe('the light of a dot product unit', () => {
  it('follows from the sensitivity of its detectors: 308 mW of a core for 256 levels at 144 outputs behind 4.22 dB', () => {
    const p = device();
    expect(insertionLoss(p)).toBeCloseTo(4.22, 9);
    expect(p.laser_power).toBeCloseTo(1e-3 * 10 ** ((-25 + 4.22) / 10) * 144 * 256, 9);
    // −25 dBm for each level: 256 · 3.16 µW · 0.2 ns / q, half to each operand, on 12 wavelengths.
    expect(symbolCounts(p) * 24).toBeCloseTo((256 * 1e-3 * 10 ** -2.5 * 0.2e-9) / 1.602176634e-19, 2);
  });

  it('has a laser for the levels of its inputs where it has no ADC', () => {
    expect(device({ adc_bits: 0 }).laser_power).toBe(device().laser_power);
    expect(device({ adc_bits: 0, input_bits: 6 }).laser_power / device().laser_power).toBeCloseTo(1 / 4, 12);
  });

  const draws = 2_000;
  const measure = (counts: number): number => {
    const detector_sensitivity = -25 + 10 * Math.log10(counts / symbolCounts(device(exact)));
    let ratio = 0;
    let sigma = 0;
    readings(NAME, { ...exact, detector_sensitivity }, weights, x, draws).forEach(({ variance }, c) => {
      const own = sum((j) => level(c, j) ** 2);
      const law = ((sum((j) => input(j) ** 2) + own) / (4 * counts)) * (scaleOf(c) * largest) ** 2;
      ratio += variance / law / n;
      sigma += Math.sqrt(variance) / n;
    });
    expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.sqrt((2 + 4 / counts / k) / (draws * n)) + 0.005);
    return sigma;
  };

  it('has the standard quantum limit (‖x‖² + ‖v‖²)/(4α²), slope −½ in photons from 0.1 to 10,000', () => {
    const sigmas = [0.1, 1, 10, 100, 1e3, 1e4].map(measure);
    for (let i = 1; i < sigmas.length; i++) expect(Math.log10(sigmas[i]! / sigmas[i - 1]!)).toBeCloseTo(-0.5, 1.5);
  });
});

describe('dispersion of the couplers', () => {
  // Lightening-Transformer's grid of an even number of wavelengths leaves the middle one out, where nothing is amiss.
  it.each([
    [12, 0.00578],
    [13, 0.00556],
    [24, 0.01093],
    [25, 0.01071],
  ])('leaves %d wavelengths 0.4 nm apart an imbalance of %d rms', (wavelengths, expected) => {
    expect(rms(couplerImbalance(device({ wavelengths })))).toBeCloseTo(expected, 5);
  });

  it('vanishes in the middle, changes sign there, and is none without spacing', () => {
    const offsets = channelOffsets(device({ wavelengths: 5 }));
    offsets.forEach((offset, m) => expect(offset).toBeCloseTo(0.4e-9 * (m - 2), 18));
    const epsilon = couplerImbalance(device({ wavelengths: 5 }));
    expect(epsilon[2]).toBe(0);
    expect(epsilon[0]! * epsilon[4]!).toBeLessThan(0);
    expect([...couplerImbalance(device({ channel_spacing: 0 }))].every((value) => value === 0)).toBe(true);
  });

  // The fields of both ports, written out: out₀ = √(1−κ)·x + √κ·w, out₁ = i(√κ·x − √(1−κ)·w).
  it('adds what the fields of both ports have: √(1 − ε²)·x·v and ½ε(v² − x²)', () => {
    const wide = { channel_spacing: 3e-9 };
    const epsilon = couplerImbalance(device(wide));
    const { y } = programmed(NAME, { ...exact, ...wide, noise: 'none' }, weights, k).execute(batchOf(x, 1));
    const { y: plain } = programmed(NAME, { ...exact, noise: 'none' }, weights, k).execute(batchOf(x, 1));
    let offset = 0;
    for (let c = 0; c < n; c++) {
      const fields = sum((j) => {
        const kappa = (1 + epsilon[j % 12]!) / 2;
        const [a, b] = [input(j), level(c, j)];
        const first = (Math.sqrt(1 - kappa) * a + Math.sqrt(kappa) * b) ** 2;
        const second = (Math.sqrt(kappa) * a - Math.sqrt(1 - kappa) * b) ** 2;
        return (first - second) / 2;
      });
      const unit = scaleOf(c) * largest;
      expect(Math.abs(y[c]! / unit - fields)).toBeLessThan(4e-3);
      offset = Math.max(offset, Math.abs(y[c]! - plain[c]!) / unit);
    }
    expect(offset).toBeGreaterThan(0.02);
  });
});

describe('errors of encoded symbols', () => {
  /** Moments of (1 + m)(1 + m′)·cos(bias + δ) of drawn errors. */
  const brute = (magnitude: number, phase: number, bias: number) => {
    const { gaussian } = random(9);
    const values = Array.from(
      { length: 30_000 },
      () => (1 + magnitude * gaussian()) * (1 + magnitude * gaussian()) * Math.cos(bias + phase * gaussian()),
    );
    const mean = values.reduce((a, b) => a + b) / values.length;
    return { mean, variance: values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length };
  };

  it.each([
    [0.015, 0.01745, 0],
    [0.05, 0.1, 0.2],
    [0, 0.3, 0.5],
  ])('have the moments of drawn ones: magnitude %d, phase %d, bias %d', (magnitude_sigma, phase_sigma, bias) => {
    const { mean, variance } = brute(magnitude_sigma, phase_sigma, bias);
    const encoding = { magnitude_sigma, phase_sigma };
    // Four standard errors; those of a variance by a kurtosis of up to 10.
    expect(Math.abs(encodingGain(encoding, bias) - mean)).toBeLessThan(4 * Math.sqrt(variance / 30_000));
    expect(Math.abs(encodingVariance(encoding, bias) / variance - 1)).toBeLessThan(4 * Math.sqrt(9 / 30_000));
  });

  // Lightening-Transformer has x·cos δ alone, and finds accuracy flat in phase noise: at quadrature, where it is.
  it('of phase are second order at quadrature, σ⁴/2, and first order away from it, σ²·sin² bias', () => {
    const variance = (phase_sigma: number, bias: number) => encodingVariance({ magnitude_sigma: 0, phase_sigma }, bias);
    for (const sigma of [0.01, 0.02, 0.04]) {
      expect(variance(sigma, 0) / (sigma ** 4 / 2)).toBeCloseTo(1, 1.5);
      expect(variance(sigma, 0.3) / (sigma * Math.sin(0.3)) ** 2).toBeCloseTo(1, 1.5);
    }
    expect(variance(0.04, 0) / variance(0.02, 0)).toBeCloseTo(16, 0);
    expect(variance(0.04, 0.3) / variance(0.02, 0.3)).toBeCloseTo(4, 0);
  });

  const bright = { ...exact, detector_sensitivity: 40 };
  const spread = (values: Record<string, unknown>) => readings(NAME, { ...bright, ...values }, weights, x, 4_000);

  it('reach the outputs as Σv²x²·Var, exactly or by the mean of v²', () => {
    const errors = { magnitude_sigma: 0.05, phase_sigma: 0.02 };
    const variance = encodingVariance(errors, 0);
    const ratios = { exact: [] as number[], rank1: [] as number[] };
    for (const form of ['exact', 'rank1'] as const)
      spread({ ...errors, variance: form }).forEach((reading, c) => {
        const law = variance * sum((j) => (level(c, j) * input(j)) ** 2) * (scaleOf(c) * largest) ** 2;
        ratios[form].push(reading.variance / law);
      });
    for (const ratio of ratios.exact) expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.sqrt(2 / 4_000) + 0.01);
    // 72 inputs: the mean of v² is off by √(2·2/72) or so, and right on average.
    expect(rms(ratios.rank1.map((ratio) => ratio - 1))).toBeLessThan(0.4);
    expect(ratios.rank1.reduce((a, b) => a + b) / n).toBeCloseTo(1, 0.5);
  });

  it('of outputs are relative to them', () => {
    spread({ output_sigma: 0.05 }).forEach(({ mean, variance }) => {
      const quantum = 1e-3 * mean ** 2;
      expect(Math.abs(Math.sqrt(variance) / Math.abs(mean) - 0.05)).toBeLessThan(
        4 * 0.05 * Math.sqrt(1 / 8_000) + 1e-3 + quantum,
      );
    });
  });

  it('of quadrature are static, one to an output', () => {
    const biased = { ...bright, noise: 'none', phase_bias: 0.2 };
    const gains = (row: Float32Array) => {
      const { y } = programmed(NAME, biased, weights, k).execute(batchOf(row, 1));
      const { y: plain } = programmed(NAME, { ...bright, noise: 'none' }, weights, k).execute(batchOf(row, 1));
      return Array.from(y, (value, c) => value / plain[c]!);
    };
    const first = gains(x);
    gains(draw.gaussians(k)).forEach((gain, c) => expect(gain).toBeCloseTo(first[c]!, 2));
    expect(Math.max(...first)).toBeLessThan(1 + 1e-3);
    expect(Math.min(...first)).toBeLessThan(0.99);
  });
});

describe('the ledger of a dot product crossbar', () => {
  const profile = profiles.devices.get(NAME)!;
  const cost = ({ k, n, rows }: Work) => createDevice(profile, engine).cost!(k, n, rows);
  const full = { k: 24 * 300, n: 48 * 40, rows: 12 * 40 };

  it('takes 1/5 GHz for 12 rows, 48 outputs and 24 inputs', () => {
    expect(cost(full).seconds).toBeCloseTo((40 * 40 * 300) / 5e9 + 10e-9, 12);
  });

  // SimPhony's cycles are of 1e-8 s where they are 1e-9: its latencies are tenfold.
  it('takes a symbol for 1/rate seconds, not ten of them', () => {
    const longer = cost({ ...full, k: full.k + 24 }).seconds;
    expect((longer - cost(full).seconds) * 5e9).toBeCloseTo(40 * 40, 3);
  });

  it('draws what the rated parts draw while all of them work; ADCs and adders rest between accumulations', () => {
    const { joules, seconds } = cost(full);
    const lit = seconds - 10e-9;
    const watts = new Map<string, number>();
    for (const part of ratingOf(profile).parts)
      watts.set(part.component, (watts.get(part.component) ?? 0) + part.watts);
    for (const component of ['laser', 'modulator', 'detector', 'tia'] as const)
      expect(joules[component]! / lit / watts.get(component)!).toBeCloseTo(1, 6);
    expect(joules.dac! / lit / watts.get('dac')!).toBeCloseTo(1, 6);
    expect(joules.adc! / lit / watts.get('adc')!).toBeCloseTo(1 / 3, 6);
  });

  it('waits for its weights where few rows share them: a row pays for the light of twelve', () => {
    const one = cost({ k: 256, n: 256, rows: 1 });
    expect(one.seconds).toBeCloseTo(65_536 / 1e12 + 10e-9, 12);
    const twelve = cost({ k: 256, n: 256, rows: 12 });
    expect(twelve.joules.laser).toBe(one.joules.laser);
    expect(twelve.seconds).toBe(one.seconds);
  });
});

describe('the checks of a dot product crossbar', () => {
  it.each<[string, Record<string, unknown>]>([
    ['tile_rows', { tile_rows: 64 }],
    ['phase_sigma', { phase_sigma: 1 }],
    ['phase_bias', { phase_bias: 1 }],
    ['channel_spacing', { channel_spacing: 2e-8 }],
  ])('name %s for %o', (parameter, values) => {
    const { kind, parameters } = variant(NAME, values);
    expect(KINDS.get(kind)!.check?.(valuesOf(parameters))?.parameter).toBe(parameter);
  });
});
