import { describe, expect, it } from 'vitest';
import { random } from '../../testing/random.js';
import { squares, STRIP } from './telemetry.js';

describe('a sum of squares', () => {
  it('is that in f64 to the rounding of a strip', () => {
    for (const length of [1, 7, 8, 63, 64, 65, 200, 1000]) {
      const values = random(length).gaussians(length);
      const exact = values.reduce((sum, value) => sum + value * value, 0);
      expect(Math.abs(squares(values) / exact - 1)).toBeLessThan(1e-6);
    }
    expect(squares(new Float32Array(3))).toBe(0);
  });

  it('rounds to f32 in every eighth column of a strip alone', () => {
    // Beside 2²⁴ a one vanishes from an f32 sum: in its own lane and strip, not in others.
    const lone = (at: number): number => {
      const values = new Float32Array(2 * STRIP);
      values[0] = 2 ** 12;
      values[at] = 1;
      return squares(values) - 2 ** 24;
    };
    expect([1, 7, 8, 16, STRIP - 8, STRIP].map(lone)).toEqual([1, 1, 0, 0, 0, 1]);
  });
});
