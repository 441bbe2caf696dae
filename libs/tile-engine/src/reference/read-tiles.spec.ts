import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, decibels, exactProduct, random, relativeError } from '../../testing/random.js';
import { KEY, PLAIN, readOnce, uniformProgram } from '../../testing/tiles.js';
import type { OutputConverter, Readout } from '../readout.js';
import { createTypescriptEngine } from './typescript-engine.js';

const engine = createTypescriptEngine();

/** Reads weights n × k, one full scale for all, once. */
const read = (w: readonly number[], k: number, n: number, readout: Readout, x: readonly number[]) =>
  readOnce(
    engine,
    uniformProgram(Float32Array.from(w), k, n, k, readout),
    batchOf(Float32Array.from(x), x.length / k),
    KEY,
  );

describe('a readout without noise and converter', () => {
  it('is the product of the DAC codes and the weight codes', () => {
    const { y, dacSaturated } = read([0.5, -1, 0.25, 1], 2, 2, PLAIN, [2, -1, 0, 4]);
    // Row 0: codes 127 and −64 (63.5, half to even), weight codes 16384, −32767, 8192, 32767.
    const unit = Math.fround(1 / (127 * 32_767));
    expect(y[0]).toBeCloseTo((127 * 16_384 + 64 * 32_767) * unit * 2, 5);
    expect(y[1]).toBeCloseTo((127 * 8_192 - 64 * 32_767) * unit * 2, 5);
    expect(y[2]).toBeCloseTo(-4, 5);
    expect(y[3]).toBeCloseTo(4, 5);
    expect(dacSaturated).toBe(0);
  });

  it('saturates activations beyond the range, and counts them', () => {
    const x = [1, -1, 0.25, 0.1];
    const half: Readout = { ...PLAIN, input: { bits: 8, scale: { kind: 'abs-max', clip: 0.5 } } };
    const halved = read([1, 0, 0, 1], 4, 1, half, x);
    expect(halved.dacSaturated).toBe(2);
    expect(halved.y[0]).toBeCloseTo(0.5 + 0.1, 2);
    const fixed: Readout = { ...PLAIN, input: { bits: 8, scale: { kind: 'fixed', range: 0.2 } } };
    const beyond = read([1, 0, 0, 1], 4, 1, fixed, x);
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
        fc.nat(),
        (k, tileRows, n, rows, seed) => {
          const draw = random(seed);
          const w = draw.gaussians(n * k, 0.3, 3);
          const x = draw.gaussians(rows * k);
          const { y } = readOnce(engine, uniformProgram(w, k, n, tileRows, PLAIN), batchOf(x, rows));
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
      { seed: 1 },
    );
  });

  it('limits weight codes to the levels of the device', () => {
    const program = { ...uniformProgram(Float32Array.of(0.4, 0.6, -1, 0.1), 1, 4, 1, PLAIN), levels: 2 };
    expect([...readOnce(engine, program, batchOf(Float32Array.of(1), 1)).y]).toEqual([0.5, 0.5, -1, 0]);
  });

  it('refuses a batch that does not fit', () => {
    const matrix = engine.programTiles(uniformProgram(new Float32Array(6), 3, 2, 3, PLAIN));
    const batch = batchOf(new Float32Array(6), 2);
    for (const wrong of [
      { ...batch, rows: 1 },
      { ...batch, rows: 0, x: new Float32Array(0) },
      { ...batch, rows: 1.5 },
      { ...batch, x: new Float32Array(7) },
      { ...batch, seeds: new BigUint64Array(3) },
      { ...batch, positions: new Uint32Array(1) },
      { ...batch, x: Float32Array.of(0, 0, 0, 0, 0, NaN) },
    ])
      expect(() => engine.readTiles(matrix, wrong, KEY)).toThrow(expect.objectContaining({ code: 'invalid_job' }));
    const voltages = engine.programTiles(uniformProgram(new Float32Array(6), 3, 2, 3, { ...PLAIN, input: null }));
    expect(() => engine.readTiles(voltages, batch, KEY)).toThrow(/through its chain/);
    expect(() => engine.readTiles({ k: 3, n: 2 } as never, batch, KEY)).toThrow(/another engine/);
  });
});

describe('converters', () => {
  const draw = random(17);
  const w = draw.gaussians(512 * 128, 0.05, 3);
  const x = draw.gaussians(24 * 512, 1, 3);
  const exact = exactProduct(w, x, 24, 512, 128);
  const snr = (readout: Readout): number =>
    -decibels(
      relativeError(readOnce(engine, uniformProgram(w, 512, 128, 512, readout, 0.15), batchOf(x, 24)).y, exact),
    );

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
    expect(snr({ ...PLAIN, input: { bits, scale: { kind: 'abs-max', clip: 1 } } })).toBeCloseTo(expected, -0.3);
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
    expect(snr({ ...PLAIN, input, output })).toBeCloseTo(expected, -0.3);
  });

  it('count and limit outputs beyond the range', () => {
    const output: OutputConverter = { bits: 4, coding: 'symmetric', range: { kind: 'fixed', range: 0.5 } };
    const { y, adcSaturated } = read([1, 0.2, -1], 1, 3, { ...PLAIN, output }, [1]);
    expect(adcSaturated).toBe(2);
    // Steps of 1/14; 0.2 lies between codes 2 and 3.
    expect([...y].map((value) => Math.round(value * 14))).toEqual([7, 3, -7]);
    const all = read([1, 0.2, -1], 1, 3, { ...PLAIN, output: { ...output, coding: 'full' } }, [1]);
    expect([...all.y].map((value) => value * 16)).toEqual([7, 3, -8]);
  });

  it('take a range per output', () => {
    const range = Float32Array.of(1, 0.1);
    const output: OutputConverter = { bits: 8, coding: 'symmetric', range: { kind: 'fixed', range } };
    const { y, adcSaturated } = read([0.4, 0.4], 1, 2, { ...PLAIN, output }, [1]);
    expect(adcSaturated).toBe(1);
    expect(y[0]).toBeCloseTo(0.4, 2);
    expect(y[1]).toBeCloseTo(0.1, 5);
  });

  it('take the norms of their operands as range', () => {
    const draw = random(5);
    const [k, n, rows] = [100, 6, 8];
    const w = draw.gaussians(n * k, 0.2, 3);
    const x = draw.gaussians(rows * k);
    const input = { bits: 12, scale: { kind: 'abs-max', clip: 1 } } as const;
    const output: OutputConverter = { bits: 6, coding: 'full', range: { kind: 'operand-norms', clip: 2 } };
    const { y } = readOnce(engine, uniformProgram(w, k, n, 64, { ...PLAIN, input, output }), batchOf(x, rows));
    const expected = Float64Array.from({ length: rows * n }, (_, at) => {
      const [row, column] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (const [start, end] of [
        [0, 64],
        [64, 100],
      ] as const) {
        const a = x.subarray(row * k + start, row * k + end);
        const b = w.subarray(column * k + start, column * k + end);
        const step = (2 * Math.hypot(...a) * Math.hypot(...b)) / Math.sqrt(end - start) / 32;
        const product = a.reduce((total, value, i) => total + value * b[i]!, 0);
        sum += step * Math.max(-32, Math.min(31, Math.round(product / step)));
      }
      return sum;
    });
    // Half a step where 12 bits of DAC put an output over the edge of a code: rarely.
    expect(relativeError(y, expected)).toBeLessThan(0.02);
  });

  it('bend outputs before they convert them', () => {
    const transfer = { kind: 'table', range: 1, values: Float32Array.of(-0.5, 0, 0.25) } as const;
    const { y } = read([0, 0.5, 1, -0.5], 1, 4, { ...PLAIN, transfer }, [1]);
    [0, 0.125, 0.25, -0.25].forEach((value, column) => expect(y[column]).toBeCloseTo(value, 4));
    const output: OutputConverter = { bits: 4, coding: 'symmetric', range: { kind: 'fixed', range: 0.14 } };
    const converted = read([0, 0.5, 1, -0.5], 1, 4, { ...PLAIN, transfer, output }, [1]);
    expect([...converted.y].map((value) => Math.round(value * 50))).toEqual([0, 6, 7, -7]);
    expect(converted.adcSaturated).toBe(2);
  });
});

describe('telemetry', () => {
  it('is the root mean square of the noiseless product, and of what was added to it', () => {
    const output: OutputConverter = { bits: 3, coding: 'symmetric', range: { kind: 'fixed', range: 3 } };
    const { y, signalRms, noiseRms } = read([0.3, -0.8, 1], 1, 3, { ...PLAIN, output }, [2, 0, -4]);
    // Steps of 1: codes 0, −1, 1, times the rows' scales 2 and 4; the row of zeros counts as zeros.
    expect([...y].map((value) => value + 0)).toEqual([0, -2, 2, 0, 0, 0, 0, 4, -4]);
    const signal = [0.3, -0.8, 1].map((w) => (20 * w * w) / 9).reduce((a, b) => a + b, 0);
    const noise = [0.3, 0.2, 0].map((e) => (20 * e * e) / 9).reduce((a, b) => a + b, 0);
    expect(signalRms).toBeCloseTo(Math.sqrt(signal), 4);
    expect(noiseRms).toBeCloseTo(Math.sqrt(noise), 4);
  });
});
