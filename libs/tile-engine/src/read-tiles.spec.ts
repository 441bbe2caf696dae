import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, decibels, exactProduct, moments, random, relativeError } from '../testing/random.js';
import type { NoiseKey, TileMatrix } from './engine.js';
import type { NoiseTerm, OutputConverter, Readout } from './readout.js';
import { createTypescriptEngine as createTileEngine } from './reference/typescript-engine.js';

const engine = createTileEngine();
const key: NoiseKey = { layer: 2, operation: 'o', columnStart: 0 };
const plain: Readout = {
  input: { bits: 8, scale: { kind: 'abs-max', clip: 1 } },
  noise: [],
  shot: null,
  transfer: null,
  output: null,
};

/** Programs weights with one full scale for all. */
function program(w: Float32Array, k: number, n: number, tileRows: number, readout: Readout, full = 1): TileMatrix {
  const fullScale = new Float32Array(Math.ceil(k / tileRows) * n).fill(full);
  return engine.programTiles({ k, n, tileRows, weights: w, fullScale, readout });
}

/** What the readout added to each output of the same row, drawn at many positions. */
function noiseOf(w: Float32Array, x: Float32Array, readout: Readout, draws: number): Float64Array[] {
  const k = x.length;
  const n = w.length / k;
  const rows = { rows: draws, x: new Float32Array(draws * k), seeds: new BigUint64Array(draws).fill(3n) };
  for (let row = 0; row < draws; row++) rows.x.set(x, row * k);
  const positions = Uint32Array.from({ length: draws }, (_, row) => row);
  const { y } = engine.readTiles(program(w, k, n, k, readout), { ...rows, positions }, key);
  const quiet = engine.readTiles(program(w, k, n, k, { ...readout, noise: [], shot: null }), batchOf(x, 1), key).y;
  return Array.from({ length: n }, (_, column) =>
    Float64Array.from({ length: draws }, (_, row) => y[row * n + column]! - quiet[column]!),
  );
}

describe('a readout without noise and converter', () => {
  it('is the product of the DAC codes and the weight codes', () => {
    const w = Float32Array.of(0.5, -1, 0.25, 1);
    const x = Float32Array.of(2, -1, 0, 4);
    const { y, dacSaturated } = engine.readTiles(program(w, 2, 2, 2, plain), batchOf(x, 2), key);
    // Row 0: codes 127 and −64 (63.5, half to even), weight codes 16384, −32767, 8192, 32767.
    const unit = Math.fround(1 / (127 * 32_767));
    expect(y[0]).toBeCloseTo((127 * 16_384 + 64 * 32_767) * unit * 2, 5);
    expect(y[1]).toBeCloseTo((127 * 8_192 - 64 * 32_767) * unit * 2, 5);
    expect(y[2]).toBeCloseTo(-4, 5);
    expect(y[3]).toBeCloseTo(4, 5);
    expect(dacSaturated).toBe(0);
  });

  it('saturates activations beyond the range, and counts them', () => {
    const half: Readout = { ...plain, input: { bits: 8, scale: { kind: 'abs-max', clip: 0.5 } } };
    const x = Float32Array.of(1, -1, 0.25, 0.1);
    const { y, dacSaturated } = engine.readTiles(
      program(Float32Array.of(1, 0, 0, 1), 4, 1, 4, half),
      batchOf(x, 1),
      key,
    );
    expect(dacSaturated).toBe(2);
    expect(y[0]).toBeCloseTo(0.5 + 0.1, 2);
    const fixed: Readout = { ...plain, input: { bits: 8, scale: { kind: 'fixed', range: 0.2 } } };
    const beyond = engine.readTiles(program(Float32Array.of(1, 0, 0, 1), 4, 1, 4, fixed), batchOf(x, 1), key);
    expect(beyond.dacSaturated).toBe(3);
    expect(beyond.y[0]).toBeCloseTo(0.2 + 0.1, 2);
  });

  it('adds tiles of any size, and outputs of any number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        (k, tileRows, n, rows, seed) => {
          const draw = random(seed);
          const w = draw.gaussians(n * k, 0.3, 3);
          const x = draw.gaussians(rows * k);
          const { y } = engine.readTiles(program(w, k, n, tileRows, plain), batchOf(x, rows), key);
          const exact = exactProduct(w, x, rows, k, n);
          for (let at = 0; at < y.length; at++) {
            const row = x.subarray(Math.floor(at / n) * k, Math.floor(at / n) * k + k);
            const step = Math.max(...row.map(Math.abs)) / 127;
            const weights = w.subarray((at % n) * k, (at % n) * k + k);
            const bound = weights.reduce((sum, v) => sum + Math.abs(v) * step * 0.5, 1e-3);
            expect(Math.abs(y[at]! - exact[at]!)).toBeLessThan(bound);
          }
        },
      ),
    );
  });
});

describe('converters', () => {
  const draw = random(17);
  const w = draw.gaussians(512 * 128, 0.05, 3);
  const x = draw.gaussians(64 * 512, 1, 3);
  const exact = exactProduct(w, x, 64, 512, 128);
  const snr = (readout: Readout): number =>
    -decibels(relativeError(engine.readTiles(program(w, 512, 128, 512, readout, 0.15), batchOf(x, 64), key).y, exact));

  // AIHWKIT with W = clip(N(0, 1), ±3)·0.05, 512 × 512, x = clip(N(0, 1), ±3).
  it.each([
    [4, 18.3],
    [5, 24.9],
    [6, 31.2],
    [7, 37.3],
    [8, 43.5],
    [9, 49.4],
    [10, 55.4],
  ])('a DAC of %d bits alone gives the SNR of the same set-up in AIHWKIT, %d dB', (bits, expected) => {
    expect(snr({ ...plain, input: { bits, scale: { kind: 'abs-max', clip: 1 } } })).toBeCloseTo(expected, -0.3);
  });

  it.each([
    [4, 14.2],
    [5, 20.8],
    [6, 27.1],
    [7, 33.3],
    [8, 39.3],
  ])('an ADC of %d bits over ±12 alone gives the SNR of the same set-up in AIHWKIT, %d dB', (bits, expected) => {
    const output: OutputConverter = { bits, coding: 'symmetric', range: { kind: 'fixed', range: 12 } };
    const input = { bits: 12, scale: { kind: 'abs-max', clip: 1 } } as const;
    expect(snr({ ...plain, input, output })).toBeCloseTo(expected, -0.3);
  });

  it('counts and limits outputs beyond the range', () => {
    const output: OutputConverter = { bits: 4, coding: 'symmetric', range: { kind: 'fixed', range: 0.5 } };
    const matrix = program(Float32Array.of(1, 0.2, -1), 1, 3, 1, { ...plain, output });
    const { y, adcSaturated } = engine.readTiles(matrix, batchOf(Float32Array.of(1), 1), key);
    expect(adcSaturated).toBe(2);
    // Steps of 1/14; 0.2 lies between codes 2 and 3.
    expect([...y].map((value) => Math.round(value * 14))).toEqual([7, 3, -7]);
    const full: OutputConverter = { ...output, coding: 'full' };
    const all = engine.readTiles(
      program(Float32Array.of(1, 0.2, -1), 1, 3, 1, { ...plain, output: full }),
      batchOf(Float32Array.of(1), 1),
      key,
    );
    expect([...all.y].map((value) => value * 16)).toEqual([7, 3, -8]);
  });

  it('takes a range per output', () => {
    const range = Float32Array.of(1, 0.1);
    const output: OutputConverter = { bits: 8, coding: 'symmetric', range: { kind: 'fixed', range } };
    const matrix = program(Float32Array.of(0.4, 0.4), 1, 2, 1, { ...plain, output });
    const { y, adcSaturated } = engine.readTiles(matrix, batchOf(Float32Array.of(1), 1), key);
    expect(adcSaturated).toBe(1);
    expect(y[0]).toBeCloseTo(0.4, 2);
    expect(y[1]).toBeCloseTo(0.1, 5);
  });
});

describe('the transfer table', () => {
  it('bends outputs, linear between its values and constant outside', () => {
    const transfer = { range: 1, values: Float32Array.of(-0.5, 0, 0.25) };
    const matrix = program(Float32Array.of(0, 0.5, 1, -0.5), 1, 4, 1, { ...plain, transfer });
    const { y } = engine.readTiles(matrix, batchOf(Float32Array.of(1), 1), key);
    [0, 0.125, 0.25, -0.25].forEach((value, column) => expect(y[column]).toBeCloseTo(value, 4));
    const narrow = program(Float32Array.of(-1, 1), 1, 2, 1, { ...plain, transfer: { ...transfer, range: 0.5 } });
    expect([...engine.readTiles(narrow, batchOf(Float32Array.of(1), 1), key).y]).toEqual([-0.5, 0.25]);
  });
});

describe('noise terms', () => {
  const draw = random(29);
  const k = 64;
  const w = draw.gaussians(4 * k, 0.3, 3);
  const x = draw.gaussians(k);
  const largest = Math.max(...x.map(Math.abs));
  const dot = (f: (w: number, x: number) => number, column: number): number =>
    x.reduce((sum, value, i) => sum + f(w[column * k + i]!, value / largest), 0);
  const norm = Math.sqrt(dot((_, v) => v * v, 0));
  const draws = 20_000;

  it.each<[NoiseTerm['kind'], (column: number) => number]>([
    ['constant', () => 1],
    ['signal', (column) => Math.abs(dot((a, b) => a * b, column))],
    ['root-signal', (column) => Math.sqrt(Math.abs(dot((a, b) => a * b, column)))],
    ['input-norm', () => norm],
    ['abs-product', (column) => Math.sqrt(dot((a, b) => Math.abs(a * b), column))],
    ['abs-power', (column) => Math.sqrt(dot((a, b) => Math.abs(a) * b * b, column))],
  ])('%s has its standard deviation, no bias and a normal shape', (kind, law) => {
    const coefficient = Float32Array.of(0.1, 0.2, 0.05, 0.3);
    const input = { bits: 12, scale: { kind: 'abs-max', clip: 1 } } as const;
    const noise = noiseOf(w, x, { ...plain, input, noise: [{ kind, coefficient }] }, draws);
    noise.forEach((values, column) => {
      const sigma = coefficient[column]! * law(column) * largest;
      const { mean, variance, kurtosis } = moments(values);
      expect(Math.abs(mean)).toBeLessThan((4 * sigma) / Math.sqrt(draws));
      // Four standard errors, and 1 % for the rounding of codes.
      expect(Math.abs(Math.sqrt(variance) / sigma - 1)).toBeLessThan(4 / Math.sqrt(2 * draws) + 0.01);
      expect(Math.abs(kurtosis)).toBeLessThan(4 * Math.sqrt(24 / draws));
    });
  });

  it('add their variances, term by term and tile by tile', () => {
    const noise: NoiseTerm[] = [
      { kind: 'constant', coefficient: 0.3 },
      { kind: 'constant', coefficient: 0.4 },
    ];
    const rows = 20_000;
    const matrix = program(Float32Array.of(0, 0, 0, 0), 4, 1, 2, { ...plain, noise });
    const batch = batchOf(new Float32Array(4 * rows).fill(1), rows);
    const { y, signalRms, noiseRms } = engine.readTiles(matrix, batch, key);
    // Five standard errors.
    expect(Math.abs(moments(y).variance / 0.5 - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
    expect(Math.abs(noiseRms ** 2 / 0.5 - 1)).toBeLessThan(5 * Math.sqrt(2 / rows));
    expect(signalRms).toBe(0);
  });
});

describe('balanced shot noise', () => {
  const draw = random(31);
  const k = 256;
  const w = draw.gaussians(8 * k, 0.3, 3);
  const x = draw.gaussians(k);
  const norm = Math.hypot(...x);
  const draws = 8_000;
  const measure = (photonsPerMac: number): number[] =>
    noiseOf(w, x, { ...plain, shot: { photonsPerMac, poissonBelow: 50 } }, draws).map((values, column) => {
      const { mean, variance } = moments(values);
      const sigma = Math.sqrt(variance);
      const law = (Math.hypot(...w.subarray(column * k, column * k + k)) * norm) / Math.sqrt(k * photonsPerMac);
      expect(Math.abs(mean)).toBeLessThan((4.5 * sigma) / Math.sqrt(draws));
      // Four standard errors of a standard deviation, and 1 % for the rounding of codes.
      expect(Math.abs(sigma / law - 1)).toBeLessThan(4 / Math.sqrt(2 * draws) + 0.01);
      return sigma;
    });

  it('is ‖W_i‖‖x‖/√n, unbiased, with slope −½ from Poisson counts to Gaussian', () => {
    const [dim, middle, bright] = [0.1, 1, 10].map(measure);
    dim!.forEach((sigma, column) => {
      expect(Math.log10(bright![column]! / sigma) / 2).toBeCloseTo(-0.5, 1.5);
      expect(Math.log10(middle![column]! / sigma)).toBeCloseTo(-0.5, 1.5);
    });
  });

  it('counts whole photons where there are few', () => {
    const shot = { photonsPerMac: 0.1, poissonBelow: 50 };
    const matrix = program(w, k, 8, k, { ...plain, shot });
    const { y } = engine.readTiles(matrix, batchOf(x, 1), key);
    y.forEach((value, column) => {
      const photon = (Math.hypot(...w.subarray(column * k, column * k + k)) * norm) / (k * 0.1);
      // The norms are those of the codes, within the rounding of 8 bits.
      expect(Math.abs(value / photon - Math.round(value / photon))).toBeLessThan(0.01 * (1 + Math.abs(value / photon)));
    });
  });

  it('refuses a threshold that Poisson counts cannot serve', () => {
    expect(() => program(w, k, 8, k, { ...plain, shot: { photonsPerMac: 1, poissonBelow: 501 } })).toThrow(
      expect.objectContaining({ code: 'invalid_shard' }),
    );
  });
});
