import { describe, expect, it } from 'vitest';
import { batchOf, moments, random } from '../../../tile-engine/testing/random.js';
import { programmed, readings } from '../../testing/optical.js';
import { frameOf, profiles } from '../../testing/profiles.js';
import { bandwidthOf, thermalCurrent } from './common/detector.js';
import { ELECTRON } from './common/link-budget.js';
import { countsOf } from './phase-mask/light.js';
import type { PhaseMask } from './phase-mask/parameters.js';

type Execution = ReturnType<ReturnType<typeof programmed>['execute']>;

/**
 * Defects of published emulators, each with a test named for it: where the peer is wrong, ours is right. The list, and
 * where the others are tested, is in docs/reference/optical.md.
 */
const k = 128;
const n = 8;
const draw = random(17);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(k);
const largest = Math.max(...x.map(Math.abs));
const scaleOf = (c: number): number => Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs));
const RADIANS = Math.PI / 180;

const still = { weight_bits: 0, input_bits: 12, adc_bits: 0, rin: -300, dark_current: 0 };
const steadyMask = { ...still, load_resistance: 0, phase_error: 0, phase_jitter: 0, phase_drift: 0 };

describe("Photontorch's detector, which adds noise of its full variance and filters it then", () => {
  const bandwidth = 20e9;
  const rate = 160e9;
  /** Variance of white samples behind a box of 1/(2B) seconds. */
  const filtered = (variance: number): { readonly power: number; readonly error: number } => {
    const { gaussian } = random(5);
    const window = rate / (2 * bandwidth);
    const blocks = 40_000;
    let power = 0;
    for (let block = 0; block < blocks; block++) {
      let sum = 0;
      for (let i = 0; i < window; i++) sum += gaussian() * Math.sqrt(variance);
      power += (sum / window) ** 2;
    }
    return { power: power / blocks, error: 4 * Math.sqrt(2 / blocks) };
  };

  it('is left with a quarter of 4kTB/R; samples of the density’s variance are left with all of it', () => {
    const law = thermalCurrent(166, 300, bandwidth) ** 2;
    const theirs = filtered(law);
    expect(Math.abs(theirs.power / law / (bandwidth / (rate / 2)) - 1)).toBeLessThan(theirs.error);
    const density = thermalCurrent(166, 300, 1) ** 2;
    const ours = filtered((density * rate) / 2);
    expect(Math.abs(ours.power / law - 1)).toBeLessThan(ours.error);
  });

  it('has all of it in a device: a reading of a phase mask over 1 Ω keeps 4kT·B/R, B = 1/(2T)', () => {
    const values = { ...steadyMask, load_resistance: 1 };
    const { input, reference } = countsOf(frameOf('phase-mask', values) as unknown as PhaseMask);
    const electrons = (thermalCurrent(1, 300, bandwidthOf(1e-7)) * 1e-7) / ELECTRON;
    readings('phase-mask', values, weights, x, 3_000).forEach(({ variance }, c) => {
      // Two detectors; shot noise of the reference is a thousandth of it.
      const law = (2 * electrons ** 2) / (4 * input * reference);
      expect(Math.abs(variance / (law * (scaleOf(c) * largest) ** 2) - 1)).toBeLessThan(
        4 * Math.sqrt(2 / 3_000) + 0.01,
      );
    });
  });
});

describe("Lightening-Transformer's phase noise, which is of second order wherever it is", () => {
  it('is of first order where phases are weights: 3.5 times the noise for 7° instead of 2°', () => {
    const rms = (degrees: number): number => {
      const values = { ...steadyMask, laser_power: 1e9, phase_jitter: (degrees / 2) * RADIANS, variance: 'exact' };
      return Math.sqrt(
        readings('phase-mask', values, weights, x, 1_500).reduce((sum, { variance }) => sum + variance, 0),
      );
    };
    expect(Math.abs(rms(7) / rms(2) / 3.5 - 1)).toBeLessThan(4 / Math.sqrt(n * 1_500));
  });

  it('is of second order between two trains at quadrature, as theirs: 12.25 times the error', () => {
    // Without converters weights are in f32, which tells 1° from none.
    const exact = { weight_bits: 0, input_bits: 0, adc_bits: 0, magnitude_sigma: 0 };
    const y = (degrees: number) =>
      programmed('homodyne-tfln', { ...exact, phase_sigma: (degrees / 2) * RADIANS }, weights, k).execute(batchOf(x, 1))
        .y;
    const clean = y(0);
    const loss = (degrees: number): number =>
      y(degrees).reduce((sum, value, c) => sum + Math.abs(value - clean[c]!), 0);
    expect(loss(7) / loss(2)).toBeGreaterThan(11);
    expect(loss(7) / loss(2)).toBeLessThan(13.5);
  });
});

describe("LuminaCore's noise, which perturbs delays", () => {
  const framed = [...profiles.devices.values()]
    .filter(({ pool, kind }) => pool === 'optical' && kind !== 'homodyne')
    .map(({ name }) => name);
  const rows = batchOf(draw.gaussians(4 * k), 4);

  const both = (name: string) =>
    ['full', 'none'].map((noise) => programmed(name, { noise }, weights, k).execute(rows)) as [Execution, Execution];

  it.each(framed)('takes neither time nor energy in %s', (name) => {
    const [noisy, quiet] = both(name);
    expect(noisy.ledger).toEqual(quiet.ledger);
  });

  it.each(framed.filter((name) => !name.startsWith('optical-')))('perturbs values in %s', (name) => {
    const [noisy, quiet] = both(name);
    expect(noisy.y).not.toEqual(quiet.y);
  });
});

describe("Lightning's noise, which is folded: abs(abs(x) + n)", () => {
  // Products of nothing: half of the weights against the other half.
  const nothing = Float32Array.from({ length: k }, (_, j) => (j % 2 === 0 ? 0.05 : -0.05) * (1 + (j >> 1)) * 0.02);
  const even = Float32Array.from({ length: k }, () => 1);
  const draws = 3_000;

  it.each<[string, Record<string, unknown>]>([
    ['phase-mask', steadyMask],
    [
      'freespace-incoherent',
      {
        ...still,
        load_resistance: 0,
        input_gain_spread: 0,
        output_gain_spread: 0,
        pixel_spread: 0,
        crosstalk_trim: 0,
      },
    ],
    ['homodyne-tfln', { ...still, integration_capacitance: 0, magnitude_sigma: 0, phase_sigma: 0 }],
    ['dmd-bitplane', { input_bits: 12, adc_bits: 0, dark_current: 0, rin: -300 }],
  ])('leaves a product of nothing at nothing in %s, on average', (name, values) => {
    const { y } = programmed(name, values, nothing, k).execute(
      batchOf(
        Float32Array.from({ length: draws * k }, (_, i) => even[i % k]!),
        draws,
      ),
    );
    const { mean, variance } = moments(Float64Array.from(y));
    const sigma = Math.sqrt(variance);
    expect(Math.abs(mean)).toBeLessThan((4 * sigma) / Math.sqrt(draws) + 1e-5);
    // What folding would have read in its place.
    expect(moments(Float64Array.from(y, Math.abs)).mean / sigma).toBeCloseTo(Math.sqrt(2 / Math.PI), 1);
  });
});
