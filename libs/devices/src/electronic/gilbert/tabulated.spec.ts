import { describe, expect, it } from 'vitest';
import { exponentialCell, predistortedCell, separate, squareLawCell } from './cell-law.js';
import { tabulated } from './tabulated.js';

describe('a tabulated law', () => {
  it.each([
    ['exponential', exponentialCell(1, 2)],
    ['predistorted', predistortedCell(1, 1, 0.02)],
    ['square-law', squareLawCell(0.5, 0.7)],
  ])('is the %s one to 1e-6, within and beyond full scale', (_, law) => {
    for (const { w } of separate(law, 2).terms) {
      const table = tabulated(w);
      for (let at = -1.5; at < 1.5; at += 0.00371) expect(Math.abs(table(at) - w(at))).toBeLessThan(1e-6);
    }
  });
});
