import { describe, expect, it } from 'vitest';
import { decibels, random, relativeError } from '../testing/random.js';
import { codeRange, convertOutputs } from './convert-output.js';

describe('an ADC of 2^b codes over ±4 rms', () => {
  // 6.02 b − 7.27 dB, less what clipping takes at 8 bits.
  it.each([
    [4, 16.8],
    [6, 28.83],
    [8, 40.53],
  ])('of %d bits leaves %d dB of a Gaussian', (bits, expected) => {
    const signal = random(bits).gaussians(400_000);
    const converted = signal.slice();
    const [least, greatest] = codeRange({ bits, coding: 'full', range: { kind: 'fixed', range: 4 } });
    const steps = new Float32Array(signal.length).fill(4 / 2 ** (bits - 1));
    const saturated = convertOutputs(converted, steps, 0, 1, least, greatest);
    // The few samples beyond the range leave 8 bits a spread of 0.1 dB.
    expect(Math.abs(-decibels(relativeError(converted, signal)) - expected)).toBeLessThan(0.2);
    expect(saturated).toBeLessThan(400);
  });
});
