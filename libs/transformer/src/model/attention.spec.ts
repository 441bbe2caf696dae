import { describe, expect, it } from 'vitest';
import { AttentionScratch, attendRow } from './attention.js';

describe('attendRow', () => {
  it('gives each query head the softmax-weighted values of its group', () => {
    // Two query heads of 2 over one key and value head, three positions.
    const shape = { heads: 2, kvHeads: 1, headDim: 2 };
    const q = Float32Array.of(1, 0, 0, 2);
    const keys = Float32Array.of(1, 0, 0, 1, 1, 1);
    const values = Float32Array.of(1, 10, 2, 20, 3, 30);
    const out = new Float32Array(5);
    attendRow(q, keys, values, 3, shape, new AttentionScratch(2), out, 1);
    const e1 = Math.exp(1 / Math.SQRT2);
    const e2 = Math.exp(2 / Math.SQRT2);
    const first = (e1 * 1 + 1 * 2 + e1 * 3) / (2 * e1 + 1);
    const second = (1 * 1 + e2 * 2 + e2 * 3) / (2 * e2 + 1);
    [0, first, 10 * first, second, 10 * second].forEach((value, i) => expect(out[i]).toBeCloseTo(value, 5));
  });

  it.each([1, 3, 4, 5, 8, 70])('sums %d positions in order, whatever runs side by side', (length) => {
    const shape = { heads: 4, kvHeads: 2, headDim: 6 };
    const wave = (count: number, step: number) =>
      Float32Array.from({ length: count }, (_, i) => 3 * Math.sin(step * i));
    const q = wave(24, 1.3);
    const keys = wave(length * 12, 0.7);
    const values = wave(length * 12, 0.9);
    const out = new Float32Array(24);
    attendRow(q, keys, values, length, shape, new AttentionScratch(6), out, 0);

    const expected = new Float32Array(24);
    const scale = 1 / Math.sqrt(6);
    for (let head = 0; head < 4; head++) {
      const kv = Math.floor(head / 2) * 6;
      const scores = Array.from({ length }, (_, p) => {
        let score = 0;
        for (let i = 0; i < 6; i++) score += q[head * 6 + i]! * keys[p * 12 + kv + i]!;
        return score * scale;
      });
      const top = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - top));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (let i = 0; i < 6; i++) {
        let sum = 0;
        for (let p = 0; p < length; p++) sum += (weights[p]! / total) * values[p * 12 + kv + i]!;
        expected[head * 6 + i] = sum;
      }
    }
    expect([...out]).toEqual([...expected]);
  });
});
