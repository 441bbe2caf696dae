import { describe, expect, it } from 'vitest';
import { ErrorSums } from './error-sums.js';

describe('ErrorSums', () => {
  it('gives ratio, decibels and cosine over all that was added', () => {
    const sums = new ErrorSums();
    // A tenth too large, at right angles to nothing: error 0.1, cosine 1.
    sums.add(Float32Array.of(3.3, 4.4), Float32Array.of(3, 4), 1);
    expect(sums.figures().relativeError).toBeCloseTo(0.1, 6);
    expect(sums.figures().snrDecibels).toBeCloseTo(20, 5);
    expect(sums.figures().cosine).toBeCloseTo(1, 12);
    // Now the noise of 5² · 0.01 stands against 2 · 5² of signal.
    sums.add(Float32Array.of(0, 5), Float32Array.of(0, 5), 1);
    expect(sums.figures().relativeError).toBeCloseTo(Math.sqrt(0.25 / 50), 6);
    expect(sums.figures().rows).toBe(2);
  });

  it('tells a right angle from an equal, and says 180 dB of no error', () => {
    const across = new ErrorSums();
    across.add(Float32Array.of(0, 2), Float32Array.of(2, 0), 1);
    expect(across.figures()).toMatchObject({ cosine: 0, relativeError: Math.SQRT2 });
    const equal = new ErrorSums();
    equal.add(Float32Array.of(1, 2), Float32Array.of(1, 2), 1);
    expect(equal.figures()).toEqual({ rows: 1, snrDecibels: 180, relativeError: 0, cosine: 1 });
    const silent = new ErrorSums();
    silent.add(Float32Array.of(1), Float32Array.of(0), 1);
    expect(silent.figures()).toMatchObject({ relativeError: 1, cosine: 0 });
  });
});
