import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, moments, random } from '../../testing/random.js';
import { KEY, PLAIN, readOnce, uniformProgram } from '../../testing/tiles.js';
import { drawKey, STREAM } from '../draws/dynamic.js';
import type { InputConverter } from '../readout.js';
import { convertRow, rowScale, SCALE_LEAST, SCALE_MOST } from './convert-inputs.js';
import { createTypescriptEngine } from './typescript-engine.js';

const scaled = (scale: InputConverter['scale'], ...row: number[]): number =>
  rowScale(Float32Array.from(row), { bits: 8, scale });
const absMax = (clip = 1) => ({ kind: 'abs-max', clip }) as const;
const percentile = (share: number) => ({ kind: 'percentile', share }) as const;

describe("a row's scale", () => {
  it('is a share of its largest magnitude, or one range for every row', () => {
    expect(scaled(absMax(), 1, -3, 2)).toBe(3);
    expect(scaled(absMax(0.5), 1, -3, 2)).toBe(1.5);
    expect(scaled({ kind: 'fixed', range: 0.25 }, 1, -3, 2)).toBe(0.25);
  });

  it('is the magnitude that a share of its inputs does not exceed', () => {
    expect(scaled(percentile(1), 1, -4, 2, 3)).toBe(4);
    expect(scaled(percentile(0.75), 1, -4, 2, 3)).toBe(3);
    expect(scaled(percentile(0.5), 1, -4, 2, 3)).toBe(2);
    expect(scaled(percentile(0.51), 1, -4, 2, 3)).toBe(3);
    expect(scaled(percentile(1e-9), 1, -4, 2, 3)).toBe(1);
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 1, max: 9, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (row, share) => {
          const scale = scaled(percentile(share), ...row.map((value, i) => (i % 2 ? value : -value)));
          const wanted = share * row.length;
          expect(row.filter((value) => value <= scale).length).toBeGreaterThanOrEqual(wanted - 1e-9);
          expect(row.filter((value) => value < scale).length).toBeLessThan(wanted + 1e-9);
        },
      ),
      { seed: 1 },
    );
  });

  it('is 0 for a row of zeros, whatever the kind, and for a row or a range below 2⁻¹⁰⁰', () => {
    for (const scale of [absMax(), percentile(0.5), { kind: 'fixed', range: 1 } as const])
      expect(scaled(scale, 0, -0, 0)).toBe(0);
    expect(scaled(absMax(), SCALE_LEAST)).toBe(SCALE_LEAST);
    expect(scaled(absMax(), SCALE_LEAST * (1 - 2 ** -24))).toBe(0);
    expect(scaled(absMax(), 1e-45)).toBe(0);
    expect(scaled({ kind: 'fixed', range: 2 ** -101 }, 1)).toBe(0);
    // Three quarters of the row are zeros: the percentile has no range for the rest.
    expect(scaled(percentile(0.5), 0, 0, 0, 7)).toBe(0);
  });

  it('is 2¹⁰⁰ at most', () => {
    expect(scaled(absMax(), 2 ** 99)).toBe(2 ** 99);
    expect(scaled(absMax(), 2 ** 101)).toBe(SCALE_MOST);
    expect(scaled(absMax(2 ** 60), 2 ** 100)).toBe(SCALE_MOST);
    expect(scaled(percentile(1), -3e38)).toBe(SCALE_MOST);
  });
});

describe('a DAC code', () => {
  const convert = (row: readonly number[], scale: number, bits: number, halvings = 0): [number[], number] => {
    const codes = new Int32Array(row.length);
    const beyond = convertRow(codes, Float32Array.from(row), 0, row.length, scale, bits, halvings, null);
    return [[...codes], beyond];
  };

  it('is the nearest to x·L/scale, halves to even, limited to ±L and counted beyond', () => {
    expect(convert([1, -2, 2.5, 3.5, 7, -7, 7.4, -7.4], 7, 4)).toEqual([[1, -2, 2, 4, 7, -7, 7, -7], 0]);
    expect(convert([7.6, -100, 3e38, -3e38, 6], 7, 4)).toEqual([[7, -7, 7, -7, 6], 4]);
    expect(convert([3e38, -3e38], 2 ** -100, 12)).toEqual([[2047, -2047], 2]);
  });

  it('halves with every round of bound management', () => {
    expect(convert([7, 3, -2, 20], 7, 4, 1)).toEqual([[4, 2, -1, 7], 1]);
    expect(convert([7, 3, -2, 20], 7, 4, 2)).toEqual([[2, 1, 0, 5].map((code) => code), 0]);
  });

  it('converts the inputs of a tile alone', () => {
    const codes = new Int32Array(5).fill(99);
    expect(convertRow(codes, Float32Array.of(9, 9, 3, 9, 9), 1, 3, 7, 4, 0, null)).toBe(1);
    expect([...codes]).toEqual([99, 7, 3, 99, 99]);
  });
});

describe('stochastic rounding', () => {
  const inputs = Float32Array.of(3, 3.1, 3.5, 3.93, -3.1, -0.25, 0.01, -7, 7);
  const draws = 20_000;
  const codes = Array.from(inputs, () => new Float64Array(draws));
  const row = new Int32Array(inputs.length);
  for (let position = 0; position < draws; position++) {
    const key = drawKey(3n, position, 1);
    convertRow(row, inputs, 0, inputs.length, 7, 4, 0, { key, stream: STREAM.rounding });
    row.forEach((code, i) => (codes[i]![position] = code));
  }

  it('goes up with the probability of the fraction: mean x, variance f(1 − f)', () => {
    inputs.forEach((x, i) => {
      const fraction = x - Math.floor(x);
      const { mean, variance } = moments(codes[i]!);
      const exact = fraction * (1 - fraction);
      // Four standard errors of a mean, and of the variance of a coin: (1 − 2f)²·f(1 − f).
      expect(Math.abs(mean - x)).toBeLessThanOrEqual(4 * Math.sqrt(exact / draws) + 1e-6);
      expect(Math.abs(variance - exact)).toBeLessThanOrEqual(
        4 * Math.sqrt((exact * (1 - 2 * fraction) ** 2) / draws) + 4 / draws + 1e-6,
      );
      expect(codes[i]!.every((code) => code === Math.floor(x) || code === Math.ceil(x))).toBe(true);
    });
  });

  it('makes a reading unbiased where rounding to nearest is not', () => {
    const engine = createTypescriptEngine();
    const k = 24;
    const w = random(1).gaussians(k, 0.3, 3);
    const x = random(2).gaussians(k);
    const rows = 4_000;
    const batch = {
      rows,
      x: Float32Array.from({ length: rows * k }, (_, i) => x[i % k]!),
      seeds: BigUint64Array.from({ length: rows }, (_, row) => BigInt(row)),
      positions: new Uint32Array(rows),
    };
    const input: InputConverter = { bits: 4, scale: absMax(), rounding: 'stochastic' };
    const { y } = readOnce(engine, uniformProgram(w, k, 1, 16, { ...PLAIN, input }), batch);
    const exact = exactProduct(w, x, 1, k, 1)[0]!;
    const { mean, variance } = moments(y);
    const step = Math.max(...x.map(Math.abs)) / 7;
    const fractions = x.map((value) => Math.abs(value / step) % 1);
    const law = step ** 2 * w.reduce((sum, weight, i) => sum + weight ** 2 * fractions[i]! * (1 - fractions[i]!), 0);
    expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt(law / rows) + 1e-4);
    expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / rows));
    const nearest = readOnce(
      engine,
      uniformProgram(w, k, 1, 16, { ...PLAIN, input: { ...input, rounding: 'nearest' } }),
      batchOf(x, 1),
    );
    expect(Math.abs(nearest.y[0]! - exact)).toBeGreaterThan(10 * Math.sqrt(law / rows));
  });

  it('draws by input and row, not by tile or shard', () => {
    const engine = createTypescriptEngine();
    const x = random(5).gaussians(40);
    const identity = Float32Array.from({ length: 1600 }, (_, i) => Number(i % 41 === 0));
    const input: InputConverter = { bits: 3, scale: absMax(), rounding: 'stochastic' };
    const codes = (tileRows: number, columnStart: number): number[] => {
      const program = uniformProgram(identity, 40, 40, tileRows, { ...PLAIN, input });
      const step = Math.max(...x.map(Math.abs)) / 3;
      return [...readOnce(engine, program, batchOf(x, 1), { ...KEY, columnStart }).y].map((y) => Math.round(y / step));
    };
    expect(codes(7, 0)).toEqual(codes(40, 512));
  });
});
