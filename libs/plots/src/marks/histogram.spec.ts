import { describe, expect, it } from 'vitest';
import { histogram } from './histogram.js';

describe('histogram', () => {
  it('counts every finite value once, the last edge included', () => {
    const { edges, counts } = histogram({ values: [0, 1, 2, 3, 4, NaN], bins: 4 }, { label: 'x' });
    expect(edges).toEqual([0, 1, 2, 3, 4]);
    expect(counts).toEqual([1, 1, 1, 2]);
  });

  it('leaves out what lies outside edges that are given', () => {
    expect(histogram({ values: [-1, 0.5, 1.5, 9], bins: [0, 1, 2] }, { label: 'x' }).counts).toEqual([1, 1]);
  });

  it('makes bins of equal ratio on a log axis', () => {
    const { edges, counts } = histogram({ values: [1, 5, 50, 500, 1000, -2], bins: 3 }, { label: 'x', scale: 'log' });
    expect(edges[1]).toBeCloseTo(10, 9);
    expect(edges[2]).toBeCloseTo(100, 9);
    expect(counts).toEqual([2, 1, 2]);
  });
});
