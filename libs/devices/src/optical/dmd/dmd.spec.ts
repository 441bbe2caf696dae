import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { programmed, readings } from '../../../testing/optical.js';
import { frameOf } from '../../../testing/profiles.js';
import { dmdLedger } from './cost.js';
import { mirrorCounts } from './light.js';
import type { Dmd } from './parameters.js';
import { planeCode, planesOf, planeVariance, squareSum } from './planes.js';

const NAME = 'dmd-bitplane';
const k = 48;
const n = 6;
const draw = random(31);
const weights = draw.gaussians(n * k, 0.05);
const x = Float32Array.from({ length: k }, () => Math.abs(draw.gaussian()));
const largest = Math.max(...x);
const scaleOf = (c: number): number => Math.max(...weights.subarray(c * k, c * k + k).map(Math.abs));
const quiet = { input_bits: 12, adc_bits: 0, noise: 'none' };
const photons = { input_bits: 12, adc_bits: 0, read_noise: 0, dark_current: 0, rin: -300 };
const device = (values: Record<string, unknown> = {}): Dmd => frameOf(NAME, values) as unknown as Dmd;
const powerFor = (counts: number): number => counts / mirrorCounts(device({ laser_power: 1 }));

describe('bit planes', () => {
  it('add up to their code', () => {
    for (const code of [0, 1, 37, 200, 255])
      expect(planesOf(code, 8).reduce((sum, bit, plane) => sum + bit * 2 ** plane, 0)).toBe(code);
    expect(squareSum(8)).toBe(21_845);
  });

  it('of the weights make the integer product, bit for bit', () => {
    // Inputs and weights that are codes already: largest 127 and 255.
    const codes = Int32Array.from({ length: n * k }, (_, i) =>
      i % k === 0 ? 255 : Math.floor(511 * draw.uniform()) - 255,
    );
    const inputs = Int32Array.from({ length: k }, (_, j) => (j === 0 ? 127 : Math.floor(255 * draw.uniform()) - 127));
    const planes = new Float64Array(n);
    for (let c = 0; c < n; c++)
      for (let plane = 0; plane < 8; plane++) {
        let rails = 0;
        for (let j = 0; j < k; j++) {
          const code = codes[c * k + j]!;
          const bit = planesOf(planeCode(code / 255, 8), 8)[plane]!;
          rails += bit * Math.sign(code) * inputs[j]!;
        }
        planes[c]! += rails * 2 ** plane;
      }
    expect([...planes]).toEqual([...exactProduct(Float32Array.from(codes), Float32Array.from(inputs), 1, k, n)]);
    // What the mirrors hold is those codes: no weight is moved, without converters, by as much as a bit.
    const w = Float32Array.from(codes);
    const shard = programmed(NAME, { ...quiet, input_bits: 0 }, w, k);
    const reference = programmed('digital-fp32', {}, w, k);
    const batch = batchOf(Float32Array.from(inputs), 1);
    expect(shard.execute(batch).y).toEqual(reference.execute(batch).y);
    expect([...shard.execute(batch).y]).toEqual([...planes]);
  });

  it('of the inputs are read one by one, to the same product', () => {
    const values = { ...quiet, mirrors: 'inputs', planes: 11, weight_bits: 0 };
    const signed = draw.gaussians(k);
    const { y, ledger } = programmed(NAME, { ...values, adc_range_by: 'norms' }, weights, k).execute(
      batchOf(signed, 1),
    );
    expect(relativeError(y, exactProduct(weights, signed, 1, k, n))).toBeLessThan(2e-3);
    // Eleven planes of either sign, a frame each.
    expect(ledger.seconds).toBeCloseTo(22 * 43.22e-6 + 1e-8, 12);
    expect(ledger.adcConversions).toBe(0);
  });
});

describe('noise of bit planes', () => {
  const draws = 4_000;

  it('is Σ4^k of the planes’ counts where they are added digitally', () => {
    const counts = 200;
    const dark = 1e-3;
    readings(NAME, { ...photons, laser_power: powerFor(counts) }, weights, x, draws).forEach(({ variance }, c) => {
      let law = 0;
      for (let j = 0; j < k; j++) {
        const code = planeCode(weights[c * k + j]! / scaleOf(c), 8);
        const planes = planesOf(code, 8).reduce(
          (sum, bit, plane) => sum + 4 ** plane * (2 * dark + bit * (1 - dark)),
          0,
        );
        expect(planeVariance(code, 8, dark) * squareSum(8)).toBeCloseTo(planes, 6);
        law += (x[j]! / largest) * planes;
      }
      law /= counts * (255 * (1 - dark)) ** 2;
      expect(Math.abs(variance / (law * (scaleOf(c) * largest) ** 2) - 1)).toBeLessThan(
        4 * Math.sqrt(2 / draws) + 0.01,
      );
    });
  });

  it.each([
    ['light', 255 / 128],
    ['pulse-width', 255],
  ])('is that of all the light where an exposure holds a rail: %s', (plane_weighting, factor) => {
    const counts = 20;
    const values = { ...photons, plane_weighting, laser_power: powerFor(counts) };
    readings(NAME, values, weights, x, draws).forEach(({ variance }, c) => {
      const dark = 1e-3;
      const sum = x.reduce((total, value, j) => {
        const v = planeCode(weights[c * k + j]! / scaleOf(c), 8) / 255;
        return total + (value / largest) * (2 * dark + (1 - dark) * v);
      }, 0);
      const law = sum / (counts * factor * (1 - dark) ** 2);
      expect(Math.abs(variance / (law * (scaleOf(c) * largest) ** 2) - 1)).toBeLessThan(
        4 * Math.sqrt(2.1 / draws) + 0.01,
      );
    });
  });

  it('holds the rounding of every plane and rail', () => {
    const values = { ...photons, noise: 'none', adc_bits: 6, adc_range: 64 };
    readings(NAME, values, weights, x, draws).forEach(({ variance }, c) => {
      const step = 64 / 2 ** 6;
      // The pass of negative inputs is converted, too, though none is.
      const law = 2 * ((2 * squareSum(8)) / 255 ** 2) * (step ** 2 / 12);
      expect(Math.abs(variance / (law * (scaleOf(c) * largest) ** 2) - 1)).toBeLessThan(
        4 * Math.sqrt(2 / draws) + 0.01,
      );
    });
  });

  it('has the dark light of mirrors that are off', () => {
    const of = (extinction_ratio: number): number =>
      readings(NAME, { ...photons, extinction_ratio, laser_power: powerFor(200) }, weights, x, draws)[0]!.variance;
    expect(of(6)).toBeGreaterThan(1.5 * of(40));
  });
});

describe('inputs on mirrors, weights in a mask', () => {
  const mask = { mirrors: 'inputs', planes: 7, input_bits: 8, weight_bits: 0, adc_bits: 0, adc_range_by: 'norms' };

  it.each([60, 10])(
    'has Σ4^k of the planes’ shot noise, that of dark mirrors in both passes: %d dB',
    (extinction_ratio) => {
      const draws = 4_000;
      const counts = 2_000;
      const dark = 10 ** (-extinction_ratio / 10);
      const values = {
        ...mask,
        read_noise: 0,
        dark_current: 0,
        rin: -300,
        extinction_ratio,
        laser_power: powerFor(counts),
      };
      readings(NAME, values, weights, x, draws).forEach(({ variance }, c) => {
        // n/2 to a pixel of either rail; a plane's counts are weighted with 2^k.
        const pixel = counts / 2;
        let law = 0;
        for (let j = 0; j < k; j++) {
          const light = Math.abs(weights[c * k + j]! / scaleOf(c));
          planesOf(Math.round((x[j]! / largest) * 127), 7).forEach((bit, plane) => {
            law += 4 ** plane * pixel * light * (2 * dark + (1 - dark) * bit);
          });
        }
        law /= (pixel * (1 - dark) * 127) ** 2;
        expect(Math.abs(variance / (law * (scaleOf(c) * largest) ** 2) - 1)).toBeLessThan(
          4 * Math.sqrt(2 / draws) + 0.01,
        );
      });
    },
  );

  it('has a static error of two pixels a weight, the same whenever it is programmed', () => {
    const eye = new Float32Array(k * k);
    for (let j = 0; j < k; j++) eye[j * k + j] = 1;
    const read = (mask_error: number) =>
      programmed(NAME, { ...mask, noise: 'none', mask_error }, weights, k).execute(batchOf(eye, k)).y;
    const [clean, y] = [read(0), read(0.02)];
    expect(read(0.02)).toEqual(y);
    let sum = 0;
    y.forEach((value, i) => {
      sum += ((value - clean[i]!) / scaleOf(i % n)) ** 2;
    });
    expect(Math.abs(sum / (n * k) / (2 * 0.02 ** 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / (n * k)));
  });
});

describe('the ledger of a micromirror device', () => {
  it('takes sixteen frames a block, whatever the rows that fit into them', () => {
    const p = device();
    const one = dmdLedger(p, { k: 1024, n: 768, rows: 1 });
    expect(one.seconds).toBeCloseTo(16 * 43.22e-6 + 1e-8, 9);
    // Ten rows, both signs, 2 µs: 40 µs within a frame of 43.22 µs; twenty do not fit.
    expect(dmdLedger(p, { k: 1024, n: 768, rows: 10 }).seconds).toBeCloseTo(one.seconds, 9);
    expect(dmdLedger(p, { k: 1024, n: 768, rows: 20 }).seconds).toBeCloseTo(16 * 80e-6 + 1e-8, 9);
    expect(one.reloads).toBe(1);
    // What the frames take beyond the symbols: nothing where rows fill them.
    expect(one.reloadSeconds).toBeCloseTo(16 * (43.22e-6 - 4e-6), 9);
    expect(dmdLedger(p, { k: 1024, n: 768, rows: 20 }).reloadSeconds).toBeCloseTo(0, 12);
  });

  it('takes 0.9 s for a token of a model of 1.03 billion weights', () => {
    // 1310 blocks of 1024 × 768.
    const { seconds, macs } = dmdLedger(device(), { k: 1024, n: 768 * 1310, rows: 1 });
    expect(macs / 1e9).toBeCloseTo(1.03, 2);
    expect(seconds).toBeCloseTo(0.906, 2);
  });

  it('shows no weights where mirrors show inputs: a frame for every plane of every row, no reload', () => {
    const p = device({ mirrors: 'inputs', weight_residency: 'resident', planes: 7, weight_bits: 8 });
    const one = dmdLedger(p, { k: 1024, n: 768, rows: 1 });
    expect(one.seconds).toBeCloseTo(14 * 43.22e-6 + 1e-8, 9);
    expect(dmdLedger(p, { k: 1024, n: 768, rows: 10 }).seconds).toBeCloseTo(140 * 43.22e-6 + 1e-8, 9);
    expect([one.reloads, one.reloadSeconds]).toEqual([0, 0]);
    const mask = device({ mirrors: 'inputs', load_time: 0.01, planes: 7, weight_bits: 8 });
    expect(dmdLedger(mask, { k: 1024, n: 768, rows: 1 }).reloadSeconds).toBeCloseTo(0.01, 12);
  });

  it('has 255 frames of pulse widths', () => {
    const { seconds } = dmdLedger(device({ plane_weighting: 'pulse-width' }), { k: 1024, n: 768, rows: 1 });
    expect(seconds).toBeCloseTo(2 * 255 * 43.22e-6 + 1e-8, 9);
  });
});
