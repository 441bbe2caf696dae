import type { OhmlightError } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { logSoftmax, sample, type SamplingParams } from './sampler.js';
import { keyedUniform } from './uniform.js';

const PLAIN: SamplingParams = { temperature: 1, topK: 0, topP: 1, minP: 0 };
const logitsOf = (...probabilities: number[]): Float32Array => Float32Array.from(probabilities, Math.log);

/** Share of each token over many positions. */
function shares(logits: Float32Array, params: SamplingParams, draws = 20_000): number[] {
  const counts = Array.from(logits, () => 0);
  for (let position = 0; position < draws; position++) counts[sample(logits, params, { seed: 5n, position })]!++;
  return counts.map((count) => count / draws);
}

/** The largest difference; ∞ where a token that must never come came. */
function worst(actual: number[], expected: number[]): number {
  const differences = expected.map((share, id) =>
    share === 0 && actual[id] !== 0 ? Infinity : Math.abs(actual[id]! - share),
  );
  return Math.max(...differences);
}
/** Five standard deviations of a share of 20,000 draws. */
const FIVE_SIGMA = 0.018;

describe('sample', () => {
  it('is greedy at temperature 0 and takes the lowest of equals', () => {
    const greedy = { ...PLAIN, temperature: 0 };
    expect(sample(Float32Array.of(1, 3, 2, 3), greedy, { seed: 1n, position: 0 })).toBe(1);
    expect(sample(Float32Array.of(-Infinity, -5, -Infinity), greedy, { seed: 1n, position: 0 })).toBe(1);
  });

  it('follows the softmax, sharpened or flattened by the temperature', () => {
    const logits = logitsOf(0.5, 0.3, 0.2);
    expect(worst(shares(logits, PLAIN), [0.5, 0.3, 0.2])).toBeLessThan(FIVE_SIGMA);
    const squares = [0.25, 0.09, 0.04].map((p) => p / 0.38);
    expect(worst(shares(logits, { ...PLAIN, temperature: 0.5 }), squares)).toBeLessThan(FIVE_SIGMA);
  });

  it('keeps the k most likely; of equals the lower ids', () => {
    expect(worst(shares(logitsOf(0.1, 0.4, 0.2, 0.3), { ...PLAIN, topK: 2 }), [0, 4 / 7, 0, 3 / 7])).toBeLessThan(
      FIVE_SIGMA,
    );
    expect(worst(shares(logitsOf(0.25, 0.25, 0.25, 0.25), { ...PLAIN, topK: 2 }), [0.5, 0.5, 0, 0])).toBeLessThan(
      FIVE_SIGMA,
    );
    expect(worst(shares(logitsOf(0.5, 0.3, 0.2), { ...PLAIN, topK: -1 }), [0.5, 0.3, 0.2])).toBeLessThan(FIVE_SIGMA);
    expect(worst(shares(logitsOf(0.5, 0.3, 0.2), { ...PLAIN, topK: 9 }), [0.5, 0.3, 0.2])).toBeLessThan(FIVE_SIGMA);
  });

  it('keeps the fewest tokens that reach topP, at least one', () => {
    const logits = logitsOf(0.1, 0.45, 0.25, 0.2);
    expect(worst(shares(logits, { ...PLAIN, topP: 0.6 }), [0, 0.45 / 0.7, 0.25 / 0.7, 0])).toBeLessThan(FIVE_SIGMA);
    expect(worst(shares(logits, { ...PLAIN, topP: 0.4 }), [0, 1, 0, 0])).toBeLessThan(FIVE_SIGMA);
    expect(worst(shares(logits, { ...PLAIN, topP: 0 }), [0, 1, 0, 0])).toBeLessThan(FIVE_SIGMA);
  });

  it('counts topP over what topK left', () => {
    // Of (0.4, 0.3) the first alone holds 0.57.
    expect(worst(shares(logitsOf(0.4, 0.3, 0.2, 0.1), { ...PLAIN, topK: 2, topP: 0.55 }), [1, 0, 0, 0])).toBeLessThan(
      FIVE_SIGMA,
    );
  });

  it('keeps tokens at least minP times as likely as the likeliest', () => {
    expect(worst(shares(logitsOf(0.5, 0.3, 0.15, 0.05), { ...PLAIN, minP: 0.4 }), [0.625, 0.375, 0, 0])).toBeLessThan(
      FIVE_SIGMA,
    );
    expect(worst(shares(logitsOf(0.5, 0.5 - 1e-3, 1e-3), { ...PLAIN, minP: 1 }), [1, 0, 0])).toBeLessThan(FIVE_SIGMA);
  });

  it('never draws a forbidden token', () => {
    expect(worst(shares(Float32Array.of(0, -Infinity, 0), PLAIN), [0.5, 0, 0.5])).toBeLessThan(FIVE_SIGMA);
  });

  it('inverts the cumulative distribution in the order of ids', () => {
    const logits = logitsOf(0.2, 0.5, 0.3);
    for (let position = 0; position < 200; position++) {
      const uniform = keyedUniform({ seed: 3n, position });
      const expected = uniform < 0.2 ? 0 : uniform < 0.7 ? 1 : 2;
      expect(sample(logits, PLAIN, { seed: 3n, position })).toBe(expected);
    }
  });

  it('leaves the logits alone', () => {
    const logits = logitsOf(0.2, 0.5, 0.3);
    const before = [...logits];
    sample(logits, { temperature: 0.7, topK: 2, topP: 0.9, minP: 0.1 }, { seed: 1n, position: 1 });
    expect([...logits]).toEqual(before);
  });

  it.each([
    ['nan', [0, NaN, 1]],
    ['nan first', [NaN, 0]],
    ['+∞', [0, Infinity]],
    ['nothing but −∞', [-Infinity, -Infinity]],
    ['no logit', []],
  ])('refuses %s', (_, logits) => {
    for (const temperature of [0, 1]) {
      const call = () => sample(Float32Array.from(logits), { ...PLAIN, temperature }, { seed: 1n, position: 0 });
      expect(call).toThrow(expect.objectContaining({ code: 'core_bad_reply' }) as OhmlightError);
    }
  });

  it('stays finite where a tiny temperature would overflow', () => {
    expect(sample(Float32Array.of(80, 90, -90), { ...PLAIN, temperature: 1e-6 }, { seed: 1n, position: 0 })).toBe(1);
  });
});

describe('logSoftmax', () => {
  it('gives the logarithms of the probabilities', () => {
    const result = logSoftmax(Float32Array.of(1, 2, 3));
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(3);
    [1, 2, 3].forEach((logit, id) => expect(result[id]).toBeCloseTo(logit - Math.log(sum), 6));
  });

  it('does not overflow and keeps −∞', () => {
    const result = logSoftmax(Float32Array.of(1000, 1000, -Infinity));
    expect(result[0]).toBeCloseTo(-Math.LN2, 4);
    expect(result[2]).toBe(-Infinity);
  });
});
