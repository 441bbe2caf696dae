import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Better } from './figure.js';
import { paretoFront } from './pareto.js';

const point = fc.record({ x: fc.integer({ min: 0, max: 9 }), y: fc.integer({ min: 0, max: 9 }) });
const better = fc.record({ x: fc.constantFrom<Better>('low', 'high'), y: fc.constantFrom<Better>('low', 'high') });

describe('paretoFront', () => {
  it('holds exactly the points that none dominates', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 20 }), better, (points, sense) => {
        const gain = (a: number, b: number, way: Better): number => (way === 'low' ? b - a : a - b);
        const dominated = (p: { x: number; y: number }): boolean =>
          points.some((q) => {
            const [gx, gy] = [gain(q.x, p.x, sense.x), gain(q.y, p.y, sense.y)];
            return gx >= 0 && gy >= 0 && gx + gy > 0;
          });
        const expected = points.filter((p) => !dominated(p));
        const front = paretoFront(points, sense);
        expect(new Set(front)).toEqual(new Set(expected));
        expect(front.map(({ x }) => x)).toEqual(front.map(({ x }) => x).toSorted((a, b) => a - b));
      }),
    );
  });
});
