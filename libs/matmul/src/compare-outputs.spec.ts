import { describe, expect, it } from 'vitest';
import { compareOutputs } from './compare-outputs.js';

describe('compareOutputs', () => {
  it('gives the relative Frobenius error and its decibels', () => {
    const { error, decibels } = compareOutputs(Float32Array.of(3.3, 4.4), Float32Array.of(3, 4));
    expect(error).toBeCloseTo(0.1, 6);
    expect(decibels).toBeCloseTo(20, 4);
    expect(compareOutputs(Float32Array.of(1), Float32Array.of(1))).toEqual({ error: 0, decibels: 180 });
    expect(compareOutputs(Float32Array.of(1), Float32Array.of(0)).error).toBe(1);
  });
});
