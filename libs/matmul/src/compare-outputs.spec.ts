import { describe, expect, it } from 'vitest';
import { compareOutputs } from './compare-outputs.js';

describe('compareOutputs', () => {
  it('gives the relative Frobenius error and its decibels', () => {
    const { error, decibels } = compareOutputs(Float32Array.of(3.3, 4.4), Float32Array.of(3, 4));
    expect(error).toBeCloseTo(0.1, 6);
    expect(decibels).toBeCloseTo(20, 4);
    expect(compareOutputs(Float32Array.of(1), Float32Array.of(1))).toEqual({ error: 0, decibels: 180, cosine: 1 });
    expect(compareOutputs(Float32Array.of(1), Float32Array.of(0)).error).toBe(1);
  });

  it('gives the cosine of the angle, whatever the lengths', () => {
    const cosine = (y: number[], reference: number[]): number =>
      compareOutputs(Float32Array.from(y), Float32Array.from(reference)).cosine;
    expect(cosine([6, 8], [3, 4])).toBeCloseTo(1, 12);
    expect(cosine([4, -3], [3, 4])).toBe(0);
    expect(cosine([-3, -4], [3, 4])).toBeCloseTo(-1, 12);
    expect(cosine([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosine([0, 0], [3, 4])).toBe(0);
    expect(cosine([0, 0], [0, 0])).toBe(1);
  });
});
