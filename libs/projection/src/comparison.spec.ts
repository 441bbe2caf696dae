import { emptyLedger } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { compareBatches, rowCost, type StepCost } from './comparison.js';

const powers = Array.from({ length: 13 }, (_, i) => 2 ** i);

/** A step of `first` seconds and joules, and `row` for every row. */
const linear =
  (first: number, row: number): StepCost =>
  (batch) => ({
    ...emptyLedger(),
    seconds: first + row * batch,
    joules: { array: 2 * (first + row * batch) },
  });

describe('compareBatches', () => {
  it('is where a load and its rows undercut rows alone: first/(row − row)', () => {
    // 1000 + B < 5B from B = 250 on, which is no longer a tie.
    const { seconds, joules } = compareBatches(linear(1000, 1), linear(0, 5), powers);
    expect(seconds.ranges).toEqual([{ from: 251, to: null }]);
    expect(joules.ranges).toEqual(seconds.ranges);
    expect(seconds.rowRatio).toBeCloseTo(0.2, 12);
    expect(seconds.ratio).toBeCloseTo(5096 / (5 * 4096), 12);
  });

  it('is nowhere where a row costs more, and says so', () => {
    const { seconds } = compareBatches(linear(1000, 5), linear(10, 1), powers);
    expect(seconds.ranges).toEqual([]);
    expect(seconds.rowRatio).toBeCloseTo(5, 12);
    expect(rowCost(linear(1000, 5), 'joules', 64)).toBeCloseTo(10, 12);
  });
});
