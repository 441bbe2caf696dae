import { describe, expect, it } from 'vitest';
import { random } from '../../../libs/tile-engine/testing/random.js';
import { kolmogorov, summary, wasserstein } from './distance.js';

const count = 20_000;
const gaussians = (seed: number, sigma = 1, mean = 0): Float64Array =>
  Float64Array.from(random(seed).gaussians(count, sigma), (value) => value + mean);

describe('distances of samples', () => {
  it('are 0 for a sample in another order', () => {
    const sample = gaussians(1);
    expect(wasserstein(sample, sample.toReversed())).toBe(0);
    expect(kolmogorov(sample, sample.toReversed())).toBe(0);
  });

  it('are small for draws of one law: KS below its 0.1 % point', () => {
    expect(kolmogorov(gaussians(1), gaussians(2))).toBeLessThan(1.95 * Math.sqrt(2 / count));
    expect(wasserstein(gaussians(1), gaussians(2))).toBeLessThan(0.03);
  });

  it('are those of the laws: a shift by m is m in Wasserstein, 2Φ(m/2) − 1 in KS', () => {
    expect(wasserstein(gaussians(1), gaussians(2, 1, 0.5))).toBeCloseTo(0.5, 1);
    expect(Math.abs(kolmogorov(gaussians(1), gaussians(2, 1, 0.5)) - 0.1974)).toBeLessThan(0.015);
    // Normals of σ 1 and 2: E|2ξ| − E|ξ| = √(2/π).
    expect(Math.abs(wasserstein(gaussians(1), gaussians(2, 2)) - Math.sqrt(2 / Math.PI))).toBeLessThan(0.03);
  });

  it('count ties once: {0, 0, 1} and {0, 1, 1} are a third apart', () => {
    expect(kolmogorov(Float64Array.of(0, 0, 1), Float64Array.of(1, 0, 1))).toBeCloseTo(1 / 3, 12);
    expect(wasserstein(Float64Array.of(0, 0, 1), Float64Array.of(1, 0, 1))).toBeCloseTo(1 / 3, 12);
  });

  it('refuse samples of unequal size', () => {
    expect(() => wasserstein(Float64Array.of(1), Float64Array.of(1, 2))).toThrow(RangeError);
  });
});

it('a summary has mean, deviation and quantiles', () => {
  const { mean, std, quantiles } = summary(gaussians(3, 2, 1));
  expect(mean).toBeCloseTo(1, 1);
  expect(std).toBeCloseTo(2, 1);
  [-3.653, -2.29, 1, 4.29, 5.653].forEach((value, i) => expect(Math.abs(quantiles[i]! - value)).toBeLessThan(0.1));
});
