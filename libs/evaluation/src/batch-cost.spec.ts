import { describe, expect, it } from 'vitest';
import { spreadRows } from './batch-cost.js';

describe('spreadRows', () => {
  const windows = [
    [1, 2, 3],
    [1, 2, 3, 4, 5],
    [1, 2],
  ];

  it('spreads over all fed positions and never names the last token of a window', () => {
    expect(spreadRows(windows, 7)).toEqual([
      { window: 0, position: 0 },
      { window: 0, position: 1 },
      { window: 1, position: 0 },
      { window: 1, position: 1 },
      { window: 1, position: 2 },
      { window: 1, position: 3 },
      { window: 2, position: 0 },
    ]);
    expect(spreadRows(windows, 100)).toHaveLength(7);
  });

  it('takes the middles of equal parts', () => {
    expect(spreadRows([Array.from({ length: 101 }, () => 1)], 4).map(({ position }) => position)).toEqual([
      12, 37, 62, 87,
    ]);
  });
});
