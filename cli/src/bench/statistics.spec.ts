import { describe, expect, it } from 'vitest';
import { quantile, spreadOf } from './statistics.js';

describe('spreads', () => {
  it('of an odd and an even number of rates', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, p10: 1.2, p90: 2.8, best: 3 });
    expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
  });

  it('of one rate are that rate', () => {
    expect(spreadOf([7])).toEqual({ median: 7, p10: 7, p90: 7, best: 7 });
  });

  it('leave the rates in their order', () => {
    const rates = [2, 1];
    spreadOf(rates);
    expect(rates).toEqual([2, 1]);
  });
});

it('quantiles are linear between the values', () => {
  const values = [0, 10, 20, 30, 40];
  expect([0, 0.25, 0.6, 1].map((q) => quantile(values, q))).toEqual([0, 10, 24, 40]);
});
