import { describe, expect, it } from 'vitest';
import { silu } from './silu.js';

describe('silu', () => {
  it('is h/(1 + e^−h), rounded to f32', () => {
    for (let h = -90; h <= 90; h += 0.37) {
      const exact = h / (1 + Math.exp(-h));
      expect(Math.abs(silu(h) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -24 + 1e-45);
      expect(silu(h)).toBe(Math.fround(silu(h)));
    }
  });

  it('vanishes far below 0, where e^−h has no number', () => {
    for (const h of [-710, -1e5, -3e38]) expect(silu(h) + 0).toBe(0);
    expect(silu(0)).toBe(0);
    expect(silu(3e38)).toBe(Math.fround(3e38));
  });
});
