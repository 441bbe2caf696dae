import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moments, random } from '../testing/random.js';
import { exp } from './math.js';
import { fillGaussians, gaussian, gaussianPair, poisson } from './noise.js';

/** `count` normals under a key, as the engine draws them: columns of one counter prefix after the other. */
function draw(count: number, position = 0, word = 1 << 4, tile = 0, seed = 5): Float32Array {
  const out = new Float32Array(count);
  fillGaussians(out, count, 0, position, word, tile, seed, 0);
  return out;
}

/** Φ by Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp((-z * z) / 2);
  return z < 0 ? tail / 2 : 1 - tail / 2;
}

const correlation = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;

describe('keyed Gaussian noise', () => {
  const count = 1 << 18;
  const sample = draw(count);

  it('has the moments of a standard normal', () => {
    const { mean, variance, kurtosis } = moments(sample);
    // Four standard errors: 1/√n, √(2/n), √(24/n).
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(kurtosis)).toBeLessThan(4 * Math.sqrt(24 / count));
  });

  it('passes a Kolmogorov–Smirnov test against the normal law', () => {
    const sorted = sample.slice().sort();
    let distance = 0;
    sorted.forEach((z, i) => {
      distance = Math.max(distance, Math.abs(normalCdf(z) - (i + 0.5) / count));
    });
    // 1.95/√n is the distance that one true sample in a thousand exceeds.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(count));
  });

  it('reaches beyond 6.6 standard deviations, and no further than 6.77', () => {
    expect(gaussian(0, 0x2000_0000)).toBeGreaterThan(6.6);
    expect(gaussian(0, 0x2000_0000)).toBeLessThan(6.77);
    expect(gaussian(0, 0xa000_0000)).toBeLessThan(-6.6);
    const beyondThree = sample.filter((z) => Math.abs(z) > 3).length;
    // 0.0027 of them, give or take five standard errors.
    expect(Math.abs(beyondThree / count - 0.0026998)).toBeLessThan(5 * Math.sqrt(0.0027 / count));
  });

  it.each([
    ['columns', sample.subarray(0, count - 1), sample.subarray(1)],
    ['columns two apart', sample.subarray(0, count - 2), sample.subarray(2)],
    ['positions', sample, draw(count, 1)],
    ['tiles', sample, draw(count, 0, 1 << 4, 1)],
    ['operations', sample, draw(count, 0, (1 << 4) | 1)],
    ['layers', sample, draw(count, 0, (1 << 8) | (1 << 4))],
    ['seeds', sample, draw(count, 0, 1 << 4, 0, 6)],
  ])('has no correlation between neighbouring %s', (_, a, b) => {
    expect(Math.abs(correlation(a, b))).toBeLessThan(4.5 / Math.sqrt(count));
  });

  it('gives a column the same value wherever the range around it starts and ends', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 40 }), (start, length) => {
        const part = new Float32Array(length);
        fillGaussians(part, length, start, 0, 1 << 4, 0, 5, 0);
        expect(part).toEqual(sample.subarray(start, start + length));
      }),
    );
  });

  it('draws pairs that are independent, and equal to the single draw', () => {
    const pair = new Float64Array(2);
    gaussianPair(pair, 123456789, 987654321);
    expect(pair[0]).toBe(gaussian(123456789, 987654321));
    expect(pair[0]! ** 2 + pair[1]! ** 2).toBeCloseTo(-2 * Math.log((123456789 + 0.5) / 2 ** 32), 10);
  });
});

describe('Poisson counts', () => {
  it.each([0.05, 0.7, 5, 20, 49.9])('of mean %d follow their law', (lambda) => {
    const count = 200_000;
    const histogram = new Map<number, number>();
    let sum = 0;
    let squares = 0;
    const { uniform } = random(41);
    const next = (): number => Math.floor(uniform() * 2 ** 32);
    for (let i = 0; i < count; i++) {
      const value = poisson(lambda, next(), next());
      histogram.set(value, (histogram.get(value) ?? 0) + 1);
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    const variance = squares / count - mean * mean;
    expect(Math.abs(mean - lambda)).toBeLessThan(4 * Math.sqrt(lambda / count));
    expect(Math.abs(variance - lambda)).toBeLessThan(4 * Math.sqrt((lambda + 2 * lambda * lambda) / count));
    let probability = exp(-lambda);
    for (let value = 0; value < lambda + 8 * Math.sqrt(lambda); value++) {
      const expected = probability * count;
      expect(Math.abs((histogram.get(value) ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected) + 3);
      probability *= lambda / (value + 1);
    }
  });

  it('is 0 for a dark detector', () => {
    expect(poisson(0, 0xffff_ffff, 0xffff_ffff)).toBe(0);
  });
});
