import { createTileEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, moments, random, relativeError } from '../../../tile-engine/testing/random.js';
import { homodyneBasic, shardOf, varied } from '../../testing/profiles.js';
import { valuesOf } from '../profile/quantity.js';
import { createHomodyne } from './homodyne.js';
import { photonEnergy } from './common/link-budget.js';
import { executionLedger } from './homodyne-cost.js';

const engine = createTileEngine();
const k = 256;
const n = 32;
const weights = random(1).gaussians(n * k, 0.05);
const ideal = { magnitude_sigma: 0, phase_sigma: 0, adc_bits: 14, adc_clip: 16, input_bits: 9, weight_bits: 16 };
const values = valuesOf(homodyneBasic.parameters);

describe('the noise of a homodyne array', () => {
  it.each([0.1, 1, 10, 1000])('at n_MAC = %d is ‖W_i‖‖x‖/√(K·n_MAC), without bias', (photons) => {
    const shard = (photons_per_mac: number) =>
      createHomodyne(varied(homodyneBasic, { ...ideal, photons_per_mac }), engine).program(
        shardOf({ k, n }, 'x'),
        weights,
      );
    const x = random(2).gaussians(k);
    const draws = 4_000;
    const batch = batchOf(
      Float32Array.from({ length: draws * k }, (_, i) => x[i % k]!),
      draws,
    );
    const { y } = shard(photons).execute(batch);
    const exact = shard(1e15).execute(batchOf(x, 1)).y;
    let ratio = 0;
    for (let column = 0; column < n; column++) {
      const { mean, variance } = moments(Float64Array.from({ length: draws }, (_, row) => y[row * n + column]!));
      const norms = Math.hypot(...weights.subarray(column * k, column * k + k)) * Math.hypot(...x);
      const sigma = norms / Math.sqrt(k * photons);
      // Five standard errors, and half a step of the ADC.
      const bound = (5 * sigma) / Math.sqrt(draws) + (norms / Math.sqrt(k)) * (8 / 2 ** 13);
      expect(Math.abs(mean - exact[column]!)).toBeLessThan(bound);
      ratio += variance / sigma ** 2 / n;
    }
    // Four standard errors of the mean over the columns, and 0.5 % for codes; clipping at 16 rms shows below that.
    expect(Math.abs(ratio - 1)).toBeLessThan(4 * Math.sqrt(2 / (draws * n)) + 0.005);
  });

  it('leaves the shipped profile an error of 3.8 %: shot noise 3.2 %, ADC 1.8 %, DACs, modulators', () => {
    const shard = createHomodyne(homodyneBasic, engine).program(shardOf({ k, n }, 'x'), weights);
    const rows = 512;
    const x = random(3).gaussians(rows * k);
    const error = relativeError(shard.execute(batchOf(x, rows)).y, exactProduct(weights, x, rows, k, n));
    // 16,384 outputs tell the error to 0.6 %.
    // 1/n_MAC, an ADC step of 8/128 rms, two DACs of 2.9 σ/127 a step, gain 0.5 %.
    const expected = Math.sqrt(1 / 1000 + (8 / 128) ** 2 / 12 + (2 * (2.9 / 127) ** 2) / 12 + 0.005 ** 2);
    expect(error / expected).toBeCloseTo(1, 1.5);
  });

  it('has one static gain per transmitter', () => {
    const gained = varied(homodyneBasic, { ...ideal, photons_per_mac: 1e12, magnitude_sigma: 0.05, phase_sigma: 0 });
    const wide = random(5).gaussians(512 * k, 0.05);
    const x = random(6).gaussians(4 * k);
    const { y } = createHomodyne(gained, engine)
      .program(shardOf({ k, n: 512 }, 'x'), wide)
      .execute(batchOf(x, 4));
    const exact = exactProduct(wide, x, 4, k, 512);
    const gains = new Float64Array(512);
    for (let column = 0; column < 512; column++) {
      let along = 0;
      let power = 0;
      for (let row = 0; row < 4; row++) {
        along += y[row * 512 + column]! * exact[row * 512 + column]!;
        power += exact[row * 512 + column]! ** 2;
      }
      gains[column] = along / power;
    }
    const { mean, variance } = moments(gains);
    expect(Math.abs(mean - 1)).toBeLessThan(4 * (0.05 / Math.sqrt(512)));
    expect(Math.abs(Math.sqrt(variance) / 0.05 - 1)).toBeLessThan(4 / Math.sqrt(1024) + 0.02);
  });

  it('refuses converters whose sums leave int32', () => {
    const wide = varied(homodyneBasic, { weight_bits: 16, input_bits: 9, tile_rows: 512 });
    expect(() => createHomodyne(wide, engine)).toThrow(expect.objectContaining({ code: 'invalid_profile' }));
  });
});

describe('the ledger of a homodyne array', () => {
  it('knows the energy of a photon', () => {
    expect(photonEnergy(1.55e-6) * 1e19).toBeCloseTo(1.28, 2);
    expect(photonEnergy(1.31e-6) * 1e19).toBeCloseTo(1.52, 2);
  });

  it('has the converter powers of Lightening-Transformer at 5 GHz', () => {
    const { joules, dacConversions, adcConversions } = executionLedger(values, { k: 256, n: 256, rows: 16 });
    // 25 714.286 mW of 1440 DACs, 4262.4 mW of 576 ADCs.
    expect((joules.dac! / dacConversions) * 5e9 * 1440 * 1e3).toBeCloseTo(25_714.286, 2);
    expect((joules.adc! / adcConversions) * 5e9 * 576 * 1e3).toBeCloseTo(4_262.4, 2);
    expect(joules.modulator! / dacConversions).toBeCloseTo(450e-15, 20);
  });

  it('counts a symbol for each input and each weight of a pass', () => {
    const ledger = executionLedger(values, { k: 300, n: 600, rows: 20 });
    // 600 outputs take 3 passes, 20 rows take 2; 300 symbols fall into 2 tiles.
    expect(ledger.dacConversions).toBe(3 * 20 * 300 + 2 * 600 * 300);
    expect(ledger.adcConversions).toBe(20 * 600 * 2);
    expect(ledger.reloads).toBe(2);
    expect(ledger.bytesMoved).toBe(2 * 600 * 300 + 3 * 20 * 300 + 20 * 600 * 2);
  });

  it('is bound by the weights it streams: sixteen rows share a train, one row pays for it alone', () => {
    const one = executionLedger(values, { k: 256, n: 256, rows: 1 });
    const sixteen = executionLedger(values, { k: 256, n: 256, rows: 16 });
    expect(one.seconds).toBeCloseTo(10e-9 + (256 * 256) / 1e12, 12);
    expect(sixteen.seconds).toBe(one.seconds);
    expect(sixteen.joules.memory! / one.joules.memory!).toBeLessThan(1.02);
    expect(executionLedger(values, { k: 256, n: 256, rows: 17 }).seconds).toBeGreaterThan(1.5 * one.seconds);
  });

  it('takes the time of its symbols where memory keeps up', () => {
    const fast = { ...values, memory_bandwidth: 1e15 };
    expect(executionLedger(fast, { k: 256, n: 256, rows: 1 }).seconds).toBeCloseTo(10e-9 + 256 / 20e9, 13);
    // Sixteen detectors of a column share an ADC at 10 GS/s: 1.6 ns, less than 12.8 ns.
    expect(executionLedger(fast, { k: 256, n: 256, rows: 16 }).seconds).toBeCloseTo(10e-9 + 256 / 20e9, 13);
    expect(executionLedger({ ...fast, adc_rate: 1e9 }, { k: 256, n: 256, rows: 16 }).seconds).toBeCloseTo(
      10e-9 + 16e-9,
      13,
    );
  });

  it('feeds the laser for the photons at the detectors, their losses and their peaks', () => {
    const fast = { ...values, memory_bandwidth: 1e15 };
    const { joules } = executionLedger(fast, { k: 256, n: 256, rows: 16 });
    // A full array: n_MAC photons for each product, loss 10 dB, crest 10, wall plug 0.2.
    const expected = (256 * 256 * 16 * 1000 * photonEnergy(1.55e-6) * 10 * 10) / 0.2;
    expect(Math.abs(joules.laser! / expected - 1)).toBeLessThan(1e-9);
  });
});
