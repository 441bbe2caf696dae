import { describe, expect, it } from 'vitest';
import { choiceSeed, drawSeed, toUnsignedSeed } from './seeds.js';

describe('seeds', () => {
  it('are unsigned 64 bit; negative ones as two’s complement', () => {
    expect(toUnsignedSeed(-1n)).toBe(2n ** 64n - 1n);
    expect(toUnsignedSeed(2n ** 64n - 1n)).toBe(2n ** 64n - 1n);
    expect(toUnsignedSeed(-(2n ** 63n))).toBe(2n ** 63n);
  });

  it('of choices differ, depend on seed and index alone, and the first is the request’s own', () => {
    expect(choiceSeed(42n, 0)).toBe(42n);
    const seeds = Array.from({ length: 16 }, (_, i) => choiceSeed(42n, i));
    expect(new Set(seeds).size).toBe(16);
    expect(seeds).toEqual(Array.from({ length: 16 }, (_, i) => choiceSeed(42n, i)));
    expect(choiceSeed(43n, 1)).not.toBe(choiceSeed(42n, 1));
    expect(seeds.every((seed) => seed >= 0n && seed < 2n ** 64n)).toBe(true);
  });

  it('that are drawn survive a JSON reader', () => {
    const seeds = Array.from({ length: 50 }, drawSeed);
    expect(seeds.every((seed) => seed >= 0n && Number.isSafeInteger(Number(seed)))).toBe(true);
    expect(new Set(seeds).size).toBe(50);
  });
});
