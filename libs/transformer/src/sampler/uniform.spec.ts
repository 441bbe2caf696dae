import { philox4x32 } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { keyedUniform } from './uniform.js';

describe('keyedUniform', () => {
  it('takes the upper 53 bits of a Philox block keyed by seed and position', () => {
    const [a, b] = philox4x32([12, 0, 0, 0x73616d70], [0x89abcdef, 0x01234567]);
    const bits = (BigInt(a) << 32n) | BigInt(b);
    // 27 bits of the first word, 26 of the second.
    const expected = Number(((bits >> 37n) << 26n) | ((bits & 0xffffffffn) >> 6n)) / 2 ** 53;
    expect(keyedUniform({ seed: 0x0123456789abcdefn, position: 12 })).toBe(expected);
  });

  it('is the same for the same key, whatever is drawn between', () => {
    const key = { seed: 42n, position: 7 };
    const first = keyedUniform(key);
    keyedUniform({ seed: 43n, position: 7 });
    expect(keyedUniform(key)).toBe(first);
  });

  it('differs by position, by low and by high bits of the seed, and wraps negative seeds', () => {
    const draws = [
      keyedUniform({ seed: 1n, position: 0 }),
      keyedUniform({ seed: 1n, position: 1 }),
      keyedUniform({ seed: 2n, position: 0 }),
      keyedUniform({ seed: 1n + 2n ** 32n, position: 0 }),
    ];
    expect(new Set(draws).size).toBe(4);
    expect(keyedUniform({ seed: -1n, position: 0 })).toBe(keyedUniform({ seed: 2n ** 64n - 1n, position: 0 }));
  });

  it('is uniform: χ² over 64 bins stays below its 99.9 % point', () => {
    const bins = new Float64Array(64);
    const draws = 64_000;
    for (let position = 0; position < draws; position++) bins[Math.floor(keyedUniform({ seed: 9n, position }) * 64)]!++;
    let chi = 0;
    for (const count of bins) chi += (count - 1000) ** 2 / 1000;
    expect(chi).toBeLessThan(103.4);
  });
});
