import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random } from '../../testing/random.js';
import { FLOAT_BLOCK } from './float-matrix.js';
import { createTypescriptEngine } from './typescript-engine.js';

const engine = createTypescriptEngine();
const multiply = (w: Float32Array, x: Float32Array, rows: number, k: number, n: number): Float32Array =>
  engine.multiplyFloat(engine.programFloat(w, k, n), batchOf(x, rows));

describe('the f32 product', () => {
  it('is the product to the rounding of its sums, whatever the shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 19 }),
        fc.nat(),
        (rows, k, n, seed) => {
          const draw = random(seed);
          const w = draw.gaussians(n * k);
          const x = draw.gaussians(rows * k);
          const exact = exactProduct(w, x, rows, k, n);
          const sizes = exactProduct(w.map(Math.abs), x.map(Math.abs), rows, k, n);
          // Each of k products and k sums rounds by 2⁻²⁴ of a number that the sum of magnitudes bounds.
          const off = multiply(w, x, rows, k, n).findIndex(
            (value, at) => !(Math.abs(value - exact[at]!) <= 2 * k * 2 ** -24 * sizes[at]!),
          );
          expect(off).toBe(-1);
        },
      ),
      { seed: 1, numRuns: 40 },
    );
  });

  it('is exact where no sum rounds', () => {
    const x = Float32Array.from({ length: 1300 }, (_, i) => (i % 7) - 3);
    const w = Float32Array.from({ length: 1300 }, (_, i) => (i % 11) - 5);
    expect(multiply(w, x, 1, 1300, 1)[0]).toBe(exactProduct(w, x, 1, 1300, 1)[0]);
  });

  it('sums ascending inputs in blocks of 512, then the blocks', () => {
    // Beside 2²⁴, ones vanish from an f32 sum one by one; a block of them does not.
    const w = new Float32Array(3 * FLOAT_BLOCK).fill(1);
    w[0] = 2 ** 24;
    expect(multiply(w, new Float32Array(w.length).fill(1), 1, w.length, 1)[0]).toBe(2 ** 24 + 1024);
    // In this order the one survives; from the other end it would not.
    const ascending = Float32Array.of(2 ** 26, -(2 ** 26), 1);
    expect(multiply(ascending, Float32Array.of(1, 1, 1), 1, 3, 1)[0]).toBe(1);
    expect(multiply(ascending.toReversed(), Float32Array.of(1, 1, 1), 1, 3, 1)[0]).toBe(0);
  });

  it('keeps its own copy of the weights', () => {
    const w = Float32Array.of(1, 2);
    const matrix = engine.programFloat(w, 2, 1);
    w.fill(9);
    expect(engine.multiplyFloat(matrix, batchOf(Float32Array.of(1, 1), 1))).toEqual(Float32Array.of(3));
    expect(matrix.residentBytes).toBe(8);
  });

  it('refuses what does not fit', () => {
    const matrix = engine.programFloat(new Float32Array(6), 3, 2);
    expect(() => engine.programFloat(new Float32Array(5), 3, 2)).toThrow(
      expect.objectContaining({ code: 'invalid_shard' }),
    );
    expect(() => engine.programFloat(Float32Array.of(1, NaN), 2, 1)).toThrow(/weight \(0, 1\) is NaN/);
    expect(() => engine.multiplyFloat(matrix, batchOf(new Float32Array(4), 1))).toThrow(
      expect.objectContaining({ code: 'invalid_job' }),
    );
    expect(() => engine.multiplyFloat(matrix, batchOf(Float32Array.of(0, 0, 0, 1, -Infinity, 0), 2))).toThrow(
      /activation 1 of row 1 is -Infinity/,
    );
    expect(() => engine.multiplyFloat({ ...matrix, k: 4 }, batchOf(new Float32Array(3), 1))).toThrow(/4 activations/);
  });
});
