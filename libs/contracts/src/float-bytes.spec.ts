import { describe, expect, it } from 'vitest';
import { bytesToFloats, firstNonFinite, floatsToBytes } from './float-bytes.js';

describe('float bytes', () => {
  it('are little-endian float32', () => {
    expect([...floatsToBytes(Float32Array.of(1))]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it('come back from every alignment', () => {
    const values = Float32Array.of(1.5, -2.25, 3e-40, -0);
    for (let offset = 0; offset < 8; offset++) {
      const bytes = new Uint8Array(offset + 16);
      bytes.set(floatsToBytes(values), offset);
      expect(bytesToFloats(bytes.subarray(offset))).toEqual(values);
    }
  });

  it.each([
    [[1, 2, 3], -1],
    [[], -1],
    [[3.4e38, 3.4e38, -3.4e38], -1],
    [[1, Number.NaN, 2], 1],
    [[1, 2, Number.POSITIVE_INFINITY], 2],
    [[Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], 0],
  ])('of %j are first not finite at %i', (values, index) => {
    expect(firstNonFinite(Float32Array.from(values))).toBe(index);
  });
});
