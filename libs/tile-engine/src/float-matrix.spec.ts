import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../testing/random.js';
import { createTypescriptEngine as createTileEngine } from './reference/typescript-engine.js';

const engine = createTileEngine();

describe('the f32 product', () => {
  it('is one sum in f64 over ascending k, rounded once, whatever the shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 19 }),
        fc.integer(),
        (rows, k, n, seed) => {
          const draw = random(seed);
          const w = draw.gaussians(n * k);
          const x = draw.gaussians(rows * k);
          const y = engine.multiplyFloat(engine.programFloat(w, k, n), batchOf(x, rows));
          const expected = Float32Array.from({ length: rows * n }, (_, at) => {
            let sum = 0;
            for (let i = 0; i < k; i++) sum += x[Math.floor(at / n) * k + i]! * w[(at % n) * k + i]!;
            return sum;
          });
          expect(y).toEqual(expected);
        },
      ),
    );
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
    expect(() =>
      engine.multiplyFloat(matrix, { ...batchOf(new Float32Array(3), 1), seeds: new BigUint64Array(2) }),
    ).toThrow(/as many seeds/);
  });
});
