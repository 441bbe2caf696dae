import { describe, expect, it } from 'vitest';
import { rangesBelow } from './ranges.js';

const powers = Array.from({ length: 13 }, (_, i) => 2 ** i);

describe('rangesBelow', () => {
  it('finds changes to the last sequence, however many', () => {
    expect(rangesBelow((batch) => batch >= 77, powers)).toEqual([{ from: 77, to: null }]);
    expect(rangesBelow((batch) => batch < 77, powers)).toEqual([{ from: 1, to: 76 }]);
    expect(rangesBelow((batch) => batch > 3 && batch < 1000, powers)).toEqual([{ from: 4, to: 999 }]);
    expect(rangesBelow((batch) => batch < 5 || batch > 500, powers)).toEqual([
      { from: 1, to: 4 },
      { from: 501, to: null },
    ]);
    expect(rangesBelow(() => true, powers)).toEqual([{ from: 1, to: null }]);
    expect(rangesBelow(() => false, powers)).toEqual([]);
    expect(rangesBelow((batch) => batch === 8, [8])).toEqual([{ from: 8, to: null }]);
  });

  it('looks at both sides of every jump', () => {
    const saw = (batch: number): boolean => batch % 100 < 20;
    expect(rangesBelow(saw, [1, 512])).toEqual([{ from: 1, to: null }]);
    expect(rangesBelow(saw, [1, 512], (batch) => Math.floor(batch / 100))).toEqual([
      { from: 1, to: 19 },
      ...[100, 200, 300, 400].map((from) => ({ from, to: from + 19 })),
      { from: 500, to: null },
    ]);
  });

  it('asks few points, each between two of the grid that differ', () => {
    let asked = 0;
    rangesBelow(
      (context) => {
        asked++;
        return context < 70_000;
      },
      [...powers, 131_072],
    );
    expect(asked).toBeLessThanOrEqual(powers.length + 1 + 17);
  });
});
