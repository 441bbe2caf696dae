import { describe, expect, it } from 'vitest';
import { moments, random } from '../testing/random.js';
import { chiSquare, chiSquareBound, correlation, ksBound, ksDistance, normalCdf } from '../testing/statistics.js';
import { gaussian, gaussianPair, poisson, POISSON_LIMIT } from './noise.js';

const words = (seed: number): (() => number) => {
  const { uniform } = random(seed);
  return () => Math.floor(uniform() * 2 ** 32);
};

describe('the normal of static error', () => {
  const count = 200_000;
  const next = words(41);
  const pair = new Float64Array(2);
  const [cosines, sines] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    gaussianPair(pair, next(), next());
    [cosines[i], sines[i]] = [pair[0]!, pair[1]!];
  }

  it.each([
    ['cosine', cosines],
    ['sine', sines],
  ])('follows its law on the %s branch', (_, sample) => {
    const { mean, variance, kurtosis } = moments(sample);
    // Four standard errors: 1/√n, √(2/n), √(24/n).
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(kurtosis)).toBeLessThan(4 * Math.sqrt(24 / count));
    expect(ksDistance(sample, normalCdf)).toBeLessThan(ksBound(count));
  });

  it('comes in unrelated pairs, of which the single draw is the first', () => {
    expect(Math.abs(correlation(cosines, sines))).toBeLessThan(5 / Math.sqrt(count));
    gaussianPair(pair, 123456789, 987654321);
    expect(pair[0]).toBe(gaussian(123456789, 987654321));
    expect(pair[0]! ** 2 + pair[1]! ** 2).toBeCloseTo(-2 * Math.log((123456789 + 0.5) / 2 ** 32), 10);
  });

  it('reaches 6.76 standard deviations on both sides', () => {
    expect(gaussian(0, 0x2000_0000)).toBeCloseTo(Math.sqrt(66 * Math.LN2), 6);
    expect(gaussian(0, 0xa000_0000)).toBeCloseTo(-Math.sqrt(66 * Math.LN2), 6);
  });
});

describe('Poisson counts', () => {
  it.each([0.01, 0.05, 0.3, 1, 2.5, 7, 20, 49.99, 200, POISSON_LIMIT])('of mean %d follow their law', (lambda) => {
    const count = 100_000;
    const next = words(7);
    const observed = Array.from({ length: Math.ceil(lambda + 12 * Math.sqrt(lambda) + 12) }, () => 0);
    const sample = Float64Array.from({ length: count }, () => poisson(lambda, next(), next()));
    for (const value of sample) observed[value] = observed[value]! + 1;
    let logarithm = -lambda;
    const expected = observed.map((_, value) => {
      if (value > 0) logarithm += Math.log(lambda / value);
      return count * Math.exp(logarithm);
    });
    const { value, freedom } = chiSquare(observed, expected);
    expect(value).toBeLessThan(chiSquareBound(freedom));
    // Four standard errors: √(λ/n), and √((λ + 2λ²)/n) of a Poisson variance.
    const { mean, variance } = moments(sample);
    expect(Math.abs(mean - lambda)).toBeLessThan(4 * Math.sqrt(lambda / count));
    expect(Math.abs(variance - lambda)).toBeLessThan(4 * Math.sqrt((lambda + 2 * lambda * lambda) / count));
  });

  it('are 0 for a dark detector, and end for every word', () => {
    expect(poisson(0, 0xffff_ffff, 0xffff_ffff)).toBe(0);
    expect(poisson(1, 0, 0)).toBe(0);
    for (const lambda of [0.01, 1, 50, POISSON_LIMIT]) {
      expect(poisson(lambda, 0xffff_ffff, 0xffff_ffff)).toBeLessThanOrEqual(1000);
      // The largest of 2³² first words: 6.2 standard deviations of a normal, and the skew of a small mean.
      expect(poisson(lambda, 0xffff_ffff, 0)).toBeLessThan(lambda + 7 * Math.sqrt(lambda) + 16);
    }
  });

  it('grow with the word', () => {
    let least = 0;
    for (let word = 0; word < 2 ** 32; word += 2 ** 26) {
      const count = poisson(9, word, 0);
      expect(count).toBeGreaterThanOrEqual(least);
      least = count;
    }
    expect(least).toBeGreaterThan(15);
  });
});
