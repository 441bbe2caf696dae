import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerProduct } from './product.js';
import { inputLimit, weightLimit } from './tiles.js';

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  k: fc.integer({ min: 1, max: 70 }),
  n: fc.integer({ min: 1, max: 19 }),
  seed: fc.integer(),
});

/** Codes that are often at the ends of their range. */
function codes(length: number, limit: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    const draw = (state >>> 8) % 5;
    if (draw === 0) return limit;
    if (draw === 1) return -limit;
    return ((state >>> 4) % (2 * limit + 1)) - limit;
  });
}

describe('the integer product', () => {
  it('equals BigInt arithmetic for every shape and part of k', () => {
    fc.assert(
      fc.property(shape, fc.nat(69), fc.nat(69), ({ rows, k, n, seed }, a, b) => {
        const [start, end] = [Math.min(a, b, k), Math.min(Math.max(a, b), k)];
        const w = Int16Array.from(codes(n * k, 32_767, seed));
        const x = Float64Array.from(codes(rows * k, 127, ~seed));
        const out = new Float64Array(rows * n);
        integerProduct(w, x, out, rows, k, n, start, end);
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < n; column++) {
            let sum = 0n;
            for (let i = start; i < end; i++) sum += BigInt(x[row * k + i]!) * BigInt(w[column * k + i]!);
            expect(BigInt(out[row * n + column]!)).toBe(sum);
          }
      }),
    );
  });

  it('never leaves int32 with the codes that the limits allow', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 1024 }), (bits, tileRows) => {
        const limit = weightLimit(bits, tileRows);
        expect(limit).toBeGreaterThanOrEqual(1);
        expect(limit).toBeLessThanOrEqual(32_767);
        expect(inputLimit(bits) * limit * tileRows).toBeLessThan(2 ** 31);
      }),
    );
    expect(weightLimit(8, 256)).toBe(32_767);
  });
});
