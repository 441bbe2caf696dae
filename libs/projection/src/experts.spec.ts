import { describe, expect, it } from 'vitest';
import { random } from '../../tile-engine/testing/random.js';
import { binomial, expertLoad } from './experts.js';

const mean = (load: readonly { rows: number; probability: number }[]): number =>
  load.reduce((sum, { rows, probability }) => sum + rows * probability, 0);

describe('a binomial', () => {
  it('sums to 1 and has mean and variance, however many trials', () => {
    for (const [n, p] of [
      [1, 0.25],
      [7, 0.5],
      [4096, 0.25],
      [4096, 0.001],
      [3, 1],
    ] as const) {
      const probabilities = binomial(n, p);
      const moment = (power: number) => probabilities.reduce((sum, value, r) => sum + value * r ** power, 0);
      expect(moment(0)).toBeCloseTo(1, 12);
      expect(moment(1) / (n * p)).toBeCloseTo(1, 9);
      expect(moment(2) - moment(1) ** 2).toBeCloseTo(n * p * (1 - p), 6);
    }
    expect(binomial(4, 0.25)[2]).toBeCloseTo(6 * 0.25 ** 2 * 0.75 ** 2, 14);
  });
});

describe('the load of experts, 2 of 8 for a token', () => {
  it('of one token is two experts with one row', () => {
    const { one, fullest, busy } = expertLoad(1, 8, 2);
    expect(busy).toBeCloseTo(2, 12);
    expect(mean(one)).toBeCloseTo(0.25, 12);
    expect(fullest).toEqual([{ rows: 1, probability: 1 }]);
  });

  it('hits 8·(1 − 0.75^B) experts of B tokens, each row twice', () => {
    for (const batch of [2, 8, 64]) {
      const { one, busy } = expertLoad(batch, 8, 2);
      expect(busy).toBeCloseTo(8 * (1 - 0.75 ** batch), 9);
      expect(8 * mean(one)).toBeCloseTo(2 * batch, 9);
    }
  });

  it.each([2, 8, 64])('fills the fullest of %d tokens as drawing tokens does, within 5 %', (batch) => {
    const { uniform } = random(batch);
    const rounds = 4000;
    let total = 0;
    for (let round = 0; round < rounds; round++) {
      const rows = new Float64Array(8);
      for (let token = 0; token < batch; token++) {
        const first = Math.floor(8 * uniform());
        const second = (first + 1 + Math.floor(7 * uniform())) % 8;
        rows[first]! += 1;
        rows[second]! += 1;
      }
      total += Math.max(...rows);
    }
    expect(Math.abs(mean(expertLoad(batch, 8, 2).fullest) / (total / rounds) - 1)).toBeLessThan(0.05);
  });

  it('of a dense part is every row', () => {
    expect(expertLoad(5, 1, 1).fullest).toEqual([{ rows: 5, probability: 1 }]);
  });
});
