import { describe, expect, it } from 'vitest';
import { currentsOf, distance, uniformCells, uniformInputs, worst } from '../../../testing/tiles.js';
import { effectiveMatrix } from './effective-matrix.js';
import { lineForm } from './line-form.js';
import { rankOne } from './rank-one.js';
import { OHMIC } from './rails.js';
import { wireModel, type WireModelOptions } from './wire-model.js';

const HALF_OHM = { inputSegment: 0.5, outputSegment: 0.5 };
const NONE = { inputSegment: 0, outputSegment: 0 };

const tile = (n: number, rMin: number, wires = HALF_OHM) => ({ rows: n, columns: n, wires, gMax: 1 / rMin });

describe('the choice of a wire model', () => {
  it.each([
    ['none', tile(64, 1e4, NONE), {}],
    ['rank-one', tile(32, 1e5), {}],
    ['line-form', tile(128, 1e5), {}],
    ['line-form', tile(256, 1e5), {}],
    ['exact', tile(256, 1e4), {}],
    ['line-form', tile(512, 1e4), {}],
    ['exact', tile(256, 1e5), { accuracy: 1e-4 }],
    ['line-form', tile(256, 1e5), { accuracy: 1e-4, exactUpTo: 128 }],
    ['rank-one', tile(256, 1e5), { accuracy: 0.05 }],
    ['exact', tile(32, 1e5), { kind: 'exact' }],
    ['none', tile(32, 1e4), { kind: 'none' }],
    ['none', tile(32, 1e5, NONE), { source: 'separate' }],
  ] satisfies [string, ReturnType<typeof tile>, WireModelOptions][])(
    'is %s for %o and %o',
    (kind, crossbar, options) => {
      const model = wireModel(crossbar, options);
      expect(model.kind).toBe(kind);
      expect(model.why).toMatch(/a full tile drops \S+ % along an input line and \S+ % along an output line$/);
    },
  );

  it('is iteration for gated and for nonlinear cells, whatever is asked for', () => {
    expect(wireModel(tile(32, 1e5), { source: 'separate', kind: 'exact' }).kind).toBe('iterate');
    expect(wireModel(tile(32, 1e5, NONE), { cell: OHMIC }).kind).toBe('iterate');
  });

  it('tells what a form that is too coarse costs', () => {
    const model = wireModel(tile(512, 1e4));
    expect(model.expectedError).toBeGreaterThan(1e-3);
    expect(model.why).toContain('too large');
  });
});

describe('a chosen model', () => {
  const n = 40;
  const g = uniformCells(n, n, 1e4);
  const x = uniformInputs(n);

  it.each([
    ['none', (cells: Float64Array) => cells],
    ['rank-one', (cells: Float64Array) => rankOne(cells, n, n, HALF_OHM)],
    ['line-form', (cells: Float64Array) => lineForm(cells, n, n, HALF_OHM)],
    ['exact', (cells: Float64Array) => effectiveMatrix(cells, n, n, HALF_OHM)],
  ] as const)('of kind %s gives that matrix, in place if asked', (kind, form) => {
    const model = wireModel(tile(n, 1e4), { kind });
    if (model.kind === 'iterate') throw new Error('not a matrix');
    expect(model.matrix(g)).toEqual(form(g));
    const cells = g.slice();
    expect(model.matrix(cells, cells)).toBe(cells);
    expect(cells).toEqual(form(g));
  });

  it.each([
    [24, 1e4],
    [64, 1e4],
    [96, 1e4],
    [96, 1e5],
  ])('of %d lines and cells of %d Ω is within the error it expects', (n, rMin) => {
    const g = uniformCells(n, n, rMin);
    const x = uniformInputs(n);
    const exact = currentsOf(effectiveMatrix(g, n, n, HALF_OHM), x);
    for (const kind of ['rank-one', 'line-form'] as const) {
      const model = wireModel(tile(n, rMin), { kind });
      if (model.kind === 'iterate') throw new Error('not a matrix');
      expect(distance(currentsOf(model.matrix(g), x), exact)).toBeLessThan(model.expectedError);
    }
  });

  it('of kind iterate solves for one input', () => {
    const model = wireModel(tile(n, 1e4), { cell: OHMIC });
    if (model.kind !== 'iterate') throw new Error('not iterated');
    expect(worst(model.solve(x, g).currents, currentsOf(effectiveMatrix(g, n, n, HALF_OHM), x))).toBeLessThan(1e-10);
  });
});
