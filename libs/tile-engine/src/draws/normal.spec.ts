import { describe, expect, it } from 'vitest';
import { moments, random } from '../../testing/random.js';
import {
  chiSquare,
  chiSquareBound,
  correlation,
  erfc,
  ksBound,
  ksDistance,
  normalCdf,
} from '../../testing/statistics.js';
import { COS, LN, SIN } from './coefficients.js';
import { normalPair } from './normal.js';
import { threefry4x32Into } from './threefry.js';

const pair = (word0: number, word1: number): [number, number] => {
  const out = new Float32Array(2);
  normalPair(out, 0, word0, word1);
  return [out[0]!, out[1]!];
};

/** Second word of the angle πv/2. */
const angle = (v: number): number => (v * 2 ** 31) >>> 0;
/** The radius that a first word stands for. */
const radius = (word0: number): number => Math.abs(pair(word0, angle(0))[0]);

describe('the polynomials', () => {
  const horner = (coefficients: readonly number[], x: number): number =>
    coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
  /** Largest error over 20,001 arguments from `low` to `high`. */
  const worst = (low: number, high: number, error: (x: number) => number): number => {
    let most = 0;
    for (let i = 0; i <= 20_000; i++) most = Math.max(most, Math.abs(error(low + ((high - low) * i) / 20_000)));
    return most;
  };

  it('keep to their stated errors', () => {
    expect(
      worst(Math.SQRT1_2 - 1, Math.SQRT2 - 1, (y) => (y === 0 ? 0 : (y + y * y * horner(LN, y) - Math.log1p(y)) / y)),
    ).toBeLessThan(2e-7);
    expect(worst(1e-3, 1, (u) => horner(SIN, u * u) - Math.sin((Math.PI * u) / 2) / u)).toBeLessThan(1.3e-6);
    expect(worst(0, 1, (u) => horner(COS, u * u) - Math.cos((Math.PI * u) / 2))).toBeLessThan(9e-8);
  });

  it('give Box–Muller pairs to 1e-5', () => {
    const { uniform } = random(2);
    let most = 0;
    for (let i = 0; i < 20_000; i++) {
      const [word0, word1] = [Math.floor(uniform() * 2 ** 32), Math.floor(uniform() * 2 ** 32)];
      const exact = Math.sqrt(-2 * Math.log((Math.floor(word0 / 2) + 0.5) / 2 ** 31));
      const phi = (Math.PI / 2) * ((word1 | 0) / 2 ** 31);
      const [cosine, sine] = pair(word0, word1);
      most = Math.max(most, Math.abs(cosine - (word0 & 1 ? -1 : 1) * exact * Math.cos(phi)));
      most = Math.max(most, Math.abs(sine - exact * Math.sin(phi)));
    }
    expect(most).toBeLessThan(1e-5);
  });
});

describe('extreme words', () => {
  it('reach 6.66 standard deviations on both sides of both branches', () => {
    const reach = Math.sqrt(64 * Math.LN2);
    expect(reach).toBeGreaterThan(6.66);
    for (const [value, exact] of [
      [pair(0, angle(0))[0], reach],
      [pair(1, angle(0))[0], -reach],
      [pair(0, 0x7fff_ffff)[1], reach],
      [pair(1, 0x8000_0000)[1], -reach],
    ] as const)
      expect(value).toBeCloseTo(exact, 4);
  });

  it('give numbers everywhere, 0 for the largest', () => {
    const edges = [0, 1, 2, 3, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
    for (const word0 of edges)
      for (const word1 of edges) for (const value of pair(word0, word1)) expect(Math.abs(value)).toBeLessThan(6.661);
    expect(Math.abs(pair(0xffff_ffff, 12_345)[0])).toBe(0);
  });

  it('mirror the cosine with the lowest bit of the first word, and nothing else', () => {
    const { uniform } = random(1);
    for (let i = 0; i < 1000; i++) {
      const [word0, word1] = [Math.floor(uniform() * 2 ** 31) * 2, Math.floor(uniform() * 2 ** 32)];
      const [cosine, sine] = pair(word0, word1);
      expect(pair(word0 + 1, word1)).toEqual([-cosine, sine]);
      expect(cosine).toBeGreaterThanOrEqual(-1e-6);
    }
  });
});

describe('the radius', () => {
  it('exceeds r for a share e^(−r²/2) of all first words', () => {
    for (let r = 0.05; r < 6.65; r += 0.05) {
      // It falls as the word grows: the first word that does not exceed r is the number of those that do.
      let [low, high] = [0, 2 ** 31];
      while (low < high) {
        const middle = Math.floor((low + high) / 2);
        if (radius(2 * middle) > r) low = middle + 1;
        else high = middle;
      }
      const exact = 2 ** 31 * Math.exp((-r * r) / 2);
      // Half a word, and the rounding of u and of r² to f32.
      expect(Math.abs(low - exact)).toBeLessThan(1 + exact * (2 ** -24 + 1e-6 * (1 + r * r)));
    }
  });
});

describe('normals from Threefry words', () => {
  const count = 1 << 20;
  const cosines = new Float32Array(count);
  const sines = new Float32Array(count);
  const words = new Uint32Array(4);
  for (let i = 0; i < count; i += 2) {
    threefry4x32Into(words, [i, 0, 0, 0], [11, 0, 0, 0]);
    [cosines[i], sines[i]] = pair(words[0]!, words[1]!) as [number, number];
    [cosines[i + 1], sines[i + 1]] = pair(words[2]!, words[3]!) as [number, number];
  }

  describe.each([
    ['cosine', cosines],
    ['sine', sines],
  ])('of the %s branch', (_, sample) => {
    it('have the moments of a standard normal', () => {
      const { mean, variance, kurtosis } = moments(sample);
      const skewness = sample.reduce((sum, z) => sum + z ** 3, 0) / count;
      // Four standard errors: 1/√n, √(2/n), √(15/n) for E z³, √(24/n).
      expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
      expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
      expect(Math.abs(skewness)).toBeLessThan(4 * Math.sqrt(15 / count));
      expect(Math.abs(kurtosis)).toBeLessThan(4 * Math.sqrt(24 / count));
    });

    it('pass a Kolmogorov–Smirnov test', () => {
      expect(ksDistance(sample, normalCdf)).toBeLessThan(ksBound(count));
    });

    it.each([3, 4, 4.5])('lie beyond ±%d as often as the law has it', (z) => {
      const expected = count * erfc(z / Math.SQRT2);
      const beyond = sample.reduce((sum, value) => sum + Number(Math.abs(value) > z), 0);
      // Five standard deviations of a Poisson count.
      expect(Math.abs(beyond - expected)).toBeLessThan(5 * Math.sqrt(expected));
      const above = sample.reduce((sum, value) => sum + Number(value > z), 0);
      expect(Math.abs(above - expected / 2)).toBeLessThan(5 * Math.sqrt(expected / 2));
    });
  });

  it('are unrelated in the two branches, and so are their squares', () => {
    expect(Math.abs(correlation(cosines, sines))).toBeLessThan(5 / Math.sqrt(count));
    const squared = (values: Float32Array): Float32Array => values.map((value) => value * value);
    expect(Math.abs(correlation(squared(cosines), squared(sines)))).toBeLessThan(5 / Math.sqrt(count));
  });

  it('point everywhere alike', () => {
    const sectors = 64;
    const hits = Array.from({ length: sectors }, () => 0);
    for (let i = 0; i < count; i++) {
      const turn = Math.atan2(sines[i]!, cosines[i]!) / (2 * Math.PI) + 0.5;
      const at = Math.min(sectors - 1, Math.floor(turn * sectors));
      hits[at] = hits[at]! + 1;
    }
    const { value, freedom } = chiSquare(
      hits,
      hits.map(() => count / sectors),
    );
    expect(value).toBeLessThan(chiSquareBound(freedom));
  });
});
