import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../../testing/engine.js';
import { adjustLogits, scoreToken } from './logits.js';

const logits = Float32Array.of(1, 3, -2, 3, 0);
const none = { prompt: new Set<number>(), generated: new Map<number, number>() };

describe('scoreToken', () => {
  it('lists the likeliest in falling order, ties by id, and gives the token’s own number twice', () => {
    const { logprob, top } = scoreToken(logits, 3, 3);
    expect(top.map(({ token }) => token)).toEqual([1, 3, 0]);
    expect(top[1]!.logprob).toBe(logprob);
    expect(logprob).toBeCloseTo(3 - Math.log(Math.E + 2 * Math.E ** 3 + Math.E ** -2 + 1), 6);
  });

  it('lists nothing where no alternatives are asked for, and all of a small vocabulary', () => {
    expect(scoreToken(logits, 2, 0).top).toEqual([]);
    expect(scoreToken(logits, 2, 20).top).toHaveLength(5);
  });
});

describe('adjustLogits', () => {
  it('leaves logits alone that nothing changes', () => {
    expect(adjustLogits(logits, OPTIONS, none, [])).toBe(logits);
  });

  it('penalises repetition over prompt and answer, frequency and presence over the answer', () => {
    const counts = { prompt: new Set([2]), generated: new Map([[1, 2]]) };
    expect([...adjustLogits(logits, { ...OPTIONS, repetitionPenalty: 2 }, counts, [])]).toEqual([1, 1.5, -4, 3, 0]);
    const penalties = { ...OPTIONS, frequencyPenalty: 0.5, presencePenalty: 0.25 };
    expect([...adjustLogits(logits, penalties, counts, [])]).toEqual([1, 1.75, -2, 3, 0]);
  });

  it('adds the bias and bans tokens, without touching its argument', () => {
    const adjusted = adjustLogits(logits, { ...OPTIONS, logitBias: new Map([[4, 10]]) }, none, [1]);
    expect([...adjusted]).toEqual([1, -Infinity, -2, 3, 10]);
    expect([...logits]).toEqual([1, 3, -2, 3, 0]);
  });
});
