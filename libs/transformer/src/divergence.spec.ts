import { describe, expect, it } from 'vitest';
import { klNats } from './divergence.js';

describe('klNats', () => {
  it('is zero for equal distributions and the sum p ln(p/q) for others', () => {
    const logits = Float32Array.of(1, 3, -2, 3, 0);
    expect(klNats(logits, logits)).toBe(0);
    const p = [0.5, 0.5];
    const q = [0.9, 0.1];
    const kl = p.reduce((sum, value, i) => sum + value * Math.log(value / q[i]!), 0);
    expect(klNats(Float32Array.from(p, Math.log), Float32Array.from(q, Math.log))).toBeCloseTo(kl, 6);
  });
});
