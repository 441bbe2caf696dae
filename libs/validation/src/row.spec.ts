import { describe, expect, it } from 'vitest';
import type { Figure } from './figure.js';
import { rowOf, summaryOf } from './row.js';

const figure = (ours: number, more: Partial<Figure> = {}): Figure => ({
  name: 'a figure',
  source: 'a paper',
  unit: 'W',
  kind: 'held out',
  published: 10,
  tolerance: 0.05,
  ours,
  ...more,
});
const statusOf = (ours: number, more: Partial<Figure> = {}) => rowOf('family', figure(ours, more)).status;

describe('a row', () => {
  it('passes within its tolerance, and fails beyond it', () => {
    expect(rowOf('family', figure(10.4))).toMatchObject({
      pass: true,
      status: 'pass',
      expected_error: null,
      note: null,
    });
    expect(rowOf('family', figure(10.4)).relative_error).toBeCloseTo(0.04, 12);
    expect(statusOf(9.4)).toBe('fail');
    expect(statusOf(Number.NaN)).toBe('fail');
  });

  it('that is known to miss stays a miss, and fails once it has moved: further away, nearer, or home', () => {
    expect(rowOf('family', figure(15, { miss: 0.5 }))).toMatchObject({ pass: false, status: 'known miss' });
    expect(statusOf(15.2, { miss: 0.5 })).toBe('known miss');
    expect(statusOf(16, { miss: 0.5 })).toBe('fail');
    expect(statusOf(14, { miss: 0.5 })).toBe('fail');
    expect(statusOf(10, { miss: 0.5 })).toBe('fail');
    expect(statusOf(Number.NaN, { miss: 0.5 })).toBe('fail');
  });

  it('has the sign of its published figure', () => {
    expect(statusOf(-10.1, { published: -10 })).toBe('pass');
    expect(statusOf(10, { published: -10 })).toBe('fail');
  });
});

describe('a summary', () => {
  it('counts rows by status, and those within 10 % by kind', () => {
    const rows = [
      rowOf('f', figure(10)),
      rowOf('f', figure(10.8, { tolerance: 0.1, kind: 'fitted' })),
      rowOf('f', figure(15, { miss: 0.5 })),
      rowOf('f', figure(10.8)),
    ];
    expect(summaryOf(rows)).toMatchObject({
      rows: 4,
      passed: 2,
      knownMisses: 1,
      failed: 1,
      withinTenPercent: { 'held out': 2, fitted: 1, components: 0, equation: 0 },
      byKind: { 'held out': 3, fitted: 1 },
    });
  });
});
