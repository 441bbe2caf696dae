import { createTileEngine, createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../../tile-engine/testing/random.js';
import { bf16, toBf16 } from './bf16.js';
import { E4M3_MAX, fp8, toE4m3 } from './fp8.js';
import { INT8_MAX, int8, toInt8 } from './int8.js';
import { scaledRows } from './scaled.js';

const { fround } = Math;
/** A zero of either sign is zero. */
const positive = (value: number): number => value + 0;
const one = (round: (values: Float32Array) => Float32Array, value: number): number => round(Float32Array.of(value))[0]!;

/** Every finite number of a format that is not negative, in order, from its definition: fraction bits and exponents. */
function numbers(fractionBits: number, leastExponent: number, greatest: number): number[] {
  const steps = 2 ** fractionBits;
  const values = Array.from({ length: steps }, (_, i) => (i / steps) * 2 ** leastExponent);
  for (let exponent = leastExponent; ; exponent++)
    for (let i = 0; i < steps; i++) {
      const value = (1 + i / steps) * 2 ** exponent;
      if (value > greatest) return values;
      values.push(value);
    }
}

/** Nearest of ordered numbers by comparing distances; of two as near, the one whose place is even. */
function nearestOf(ordered: readonly number[], magnitude: number): number {
  let [low, high] = [0, ordered.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ordered[middle]! <= magnitude) low = middle;
    else high = middle;
  }
  const [below, above] = [magnitude - ordered[low]!, ordered[high]! - magnitude];
  if (below === above) return ordered[low % 2 === 0 ? low : high]!;
  return below < above ? ordered[low]! : ordered[high]!;
}

const BF16 = numbers(7, -126, (2 - 2 ** -7) * 2 ** 127);
const E4M3 = numbers(3, -6, E4M3_MAX);

describe.each([
  ['bf16', toBf16, BF16, 0x7f80],
  ['e4m3', toE4m3, E4M3, 127],
] as const)('rounding to %s', (_, round, ordered, count) => {
  it('has as many numbers of one sign as the format has finite codes, and keeps each of them', () => {
    expect(ordered).toHaveLength(count);
    const both = Float32Array.from([...ordered, ...ordered.slice(1).map((value) => -value)]);
    expect([...both]).toEqual([...ordered, ...ordered.slice(1).map((value) => -value)]);
    expect(round(both)).toEqual(both);
  });

  it('takes every midpoint to the even neighbour, and the f32 on either side of it to the nearer', () => {
    const bits = new DataView(new ArrayBuffer(4));
    const next = (value: number, by: number): number => {
      bits.setFloat32(0, value);
      bits.setUint32(0, bits.getUint32(0) + by);
      return bits.getFloat32(0);
    };
    const values: number[] = [];
    const nearest: number[] = [];
    for (let i = 0; i + 1 < ordered.length; i++) {
      const [below, above] = [ordered[i]!, ordered[i + 1]!];
      const middle = below + (above - below) / 2;
      for (const sign of [1, -1]) {
        values.push(sign * middle, sign * next(middle, -1), sign * next(middle, 1));
        nearest.push(sign * ordered[i + (i % 2)]!, sign * below, sign * above);
      }
    }
    const exact = Float32Array.from(values);
    expect([...exact]).toEqual(values);
    expect(round(exact).map(positive)).toEqual(Float32Array.from(nearest).map(positive));
  });

  it('agrees with a search for the nearest number, on f32 of all magnitudes', () => {
    const draw = random(11);
    const largest = ordered.at(-1)!;
    const values = draw.gaussians(20_000).map((value, i) => value * 2 ** ((i % 40) - 24));
    const nearest = values.map((value) => Math.sign(value) * nearestOf(ordered, Math.min(Math.abs(value), largest)));
    expect(round(values).map(positive)).toEqual(nearest.map(positive));
  });

  it('leaves NaN what it is', () => {
    expect(one(round, NaN)).toBeNaN();
  });
});

describe('beyond the largest number', () => {
  it('bf16 ends in infinity, as its hardware rounds', () => {
    expect(one(toBf16, 3.3961774e38)).toBe(BF16.at(-1));
    expect(one(toBf16, 3.4e38)).toBe(Infinity);
    expect(one(toBf16, -Infinity)).toBe(-Infinity);
  });

  it('e4m3 saturates, also where 480 would be nearer', () => {
    expect(E4M3.at(-1)).toBe(448);
    for (const value of [448, 460, 479, 1e30, Infinity]) {
      expect(one(toE4m3, value)).toBe(448);
      expect(one(toE4m3, -value)).toBe(-448);
    }
    expect(one(toE4m3, 2 ** -10)).toBe(0);
    expect(one(toE4m3, 1.01 * 2 ** -10)).toBe(2 ** -9);
  });

  it('int8 is limited to ±127', () => {
    expect([...toInt8(Float32Array.of(0.5, 1.5, -2.5, 126.6, 127.4, 300, -300))]).toEqual([
      0, 2, -2, 127, 127, 127, -127,
    ]);
  });
});

describe('scales', () => {
  it('take the largest of a row to the largest of the format', () => {
    const { operands, scales } = scaledRows(Float32Array.of(1, -2, 0.5, 0, 0, 0), 3, INT8_MAX, toInt8);
    expect([...scales]).toEqual([fround(2 / 127), 0]);
    expect([...operands]).toEqual([64, -127, 32, 0, 0, 0]);
  });

  it('give zeros where a scale underflows, and leave what is not finite to the engine', () => {
    const tiny = scaledRows(Float32Array.of(1e-44, 0), 2, INT8_MAX, toInt8);
    expect([...tiny.operands]).toEqual([0, 0]);
    const x = Float32Array.of(1, NaN);
    expect(scaledRows(x, 2, INT8_MAX, toInt8).operands).toBe(x);
  });
});

const engines = [createTypescriptEngine(), createTileEngine()];

describe.each([
  ['bf16', bf16],
  ['fp8', fp8],
  ['int8', int8],
] as const)('products in %s', (name, numerics) => {
  const [rows, k, n] = [5, 1300, 37];
  const draw = random(21);
  const weights = draw.gaussians(n * k, 0.04);
  const batch = batchOf(draw.gaussians(rows * k), rows);

  /** The product by the definition, in f64 from the rounded operands; for int8 exact integers. */
  function expected(): Float64Array {
    const y = new Float64Array(rows * n);
    const scaled = name === 'bf16' ? undefined : ([name === 'fp8' ? E4M3_MAX : INT8_MAX] as const);
    const nearest = (value: number): number =>
      name === 'int8'
        ? roundHalfEven(value)
        : Math.sign(value) *
          nearestOf(name === 'fp8' ? E4M3 : BF16, Math.min(Math.abs(value), name === 'fp8' ? 448 : 3e38));
    const operand = (values: Float32Array, from: number): { scale: number; at: (i: number) => number } => {
      let most = 0;
      for (let i = 0; i < k; i++) most = Math.max(most, Math.abs(values[from + i]!));
      const scale = scaled ? fround(most / scaled[0]) : 1;
      return { scale, at: (i) => nearest(fround(values[from + i]! / scale)) };
    };
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < n; column++) {
        const [x, w] = [operand(batch.x, row * k), operand(weights, column * k)];
        let sum = 0;
        for (let i = 0; i < k; i++) sum += x.at(i) * w.at(i);
        y[row * n + column] = sum * w.scale * x.scale;
      }
    return y;
  }

  const matrices = engines.map((engine) => numerics.program(engine, weights, k, n));
  const y = matrices[0]!.multiply(batch);

  it('are those of the rounded operands, rounded to bf16', () => {
    expected().forEach((value, i) => {
      // Half a step of bf16, and what f32 sums of 1300 products leave.
      const allowed = 2 ** -8 * Math.abs(value) + (name === 'int8' ? 1e-6 : 2e-5);
      expect(Math.abs(y[i]! - value)).toBeLessThan(allowed);
    });
    expect(toBf16(y)).toEqual(y);
  });

  it('have the same bits on both engines', () => {
    expect(matrices[1]!.multiply(batch)).toEqual(y);
  });

  it('are refused by name where an activation is not finite or rows do not fit', () => {
    for (const value of [NaN, Infinity, -Infinity])
      for (const matrix of matrices)
        expect(() => matrix.multiply({ ...batch, x: batch.x.map((v, i) => (i === 3 ? value : v)) })).toThrow(
          expect.objectContaining({ code: 'invalid_job', message: expect.stringContaining(String(value)) }),
        );
    const longer = Float32Array.from([...batch.x, 1]);
    expect(() => matrices[0]!.multiply({ ...batch, x: longer })).toThrow(
      expect.objectContaining({ code: 'invalid_job' }),
    );
  });
});

describe('what a format cannot hold', () => {
  const engine = createTypescriptEngine();

  it('bf16 refuses operands that would round to infinity', () => {
    expect(() => bf16.program(engine, Float32Array.of(3.4e38), 1, 1)).toThrow(
      expect.objectContaining({ code: 'invalid_shard', message: expect.stringContaining('beyond bf16') }),
    );
    expect(() => bf16.program(engine, Float32Array.of(1), 1, 1).multiply(batchOf(Float32Array.of(-3.4e38), 1))).toThrow(
      expect.objectContaining({ code: 'invalid_job', message: expect.stringContaining('beyond bf16') }),
    );
  });

  it('int8 sums whole numbers that f32 could not, and refuses more inputs than int32 holds', () => {
    // Half of the products add up to 33 032 065, an odd number beyond 2^24; the other half leaves 127 of it.
    const k = 4096;
    const x = new Float32Array(k).fill(127);
    const w = x.map((value, i) => (i === 0 ? 126 : i < k / 2 ? value : i < k - 1 ? -value : -125));
    expect([...int8.program(engine, w, k, 1).multiply(batchOf(x, 1))]).toEqual([127]);
    expect([...engine.multiplyFloat(engine.programFloat(w, k, 1), batchOf(x, 1))]).not.toEqual([127]);
    const inputs = 133_145;
    expect(() => int8.program(engine, new Float32Array(inputs), inputs, 1)).toThrow(
      expect.objectContaining({ code: 'invalid_shard', message: expect.stringContaining('int32') }),
    );
  });
});

/** Half to even by comparing with the whole number below. */
function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
}
