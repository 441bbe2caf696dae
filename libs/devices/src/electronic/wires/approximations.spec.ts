import { describe, expect, it } from 'vitest';
import { random } from '../../../../tile-engine/testing/random.js';
import { currentsOf, distance, uniformCells, uniformInputs, worst } from '../../../testing/tiles.js';
import { effectiveMatrix } from './effective-matrix.js';
import { lineForm } from './line-form.js';
import { rankOne } from './rank-one.js';

const HALF_OHM = { inputSegment: 0.5, outputSegment: 0.5 };
const FORMS = [rankOne, lineForm];

const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, at) => value - b[at]!);

describe.each([
  // An independent solver puts the rank-one form .0002 and .0007 off.
  [64, 1e5, 2.6e-4, 1e-6],
  [128, 1e5, 7e-4, 6e-6],
  [128, 1e4, 0.018, 3e-4],
])('%d lines each way, cells of %d Ω and more, inputs of one sign', (n, rMin, rankOneError, lineFormError) => {
  const g = uniformCells(n, n, rMin);
  const x = uniformInputs(n);
  const y = currentsOf(effectiveMatrix(g, n, n, HALF_OHM), x);
  const error = (form: typeof rankOne): number => distance(currentsOf(form(g, n, n, HALF_OHM), x), y);

  it('the rank-one form is as far off as it is known to be', () => {
    expect(error(rankOne)).toBeLessThan(1.1 * rankOneError);
    expect(error(rankOne)).toBeGreaterThan(0.5 * rankOneError);
  });

  it('the line form is within a fiftieth of it', () => {
    expect(error(lineForm)).toBeLessThan(1.5 * lineFormError);
    expect(error(lineForm)).toBeLessThan(error(rankOne) / 50);
  });
});

describe('differential pairs', () => {
  const n = 96;
  const { gaussian } = random(4);
  const weights = Float64Array.from({ length: n * n }, () => Math.max(-1, Math.min(1, gaussian() / 3)));
  const half = (sign: number): Float64Array => weights.map((w) => (0.1 + 0.9 * Math.max(0, sign * w)) / 1e4);
  const [plus, last] = [half(1), half(-1)];
  const signed = (form: (g: Float64Array) => Float64Array): Float64Array => minus(form(plus), form(last));
  const x = uniformInputs(n);
  const exact = currentsOf(
    signed((g) => effectiveMatrix(g, n, n, HALF_OHM)),
    x,
  );
  const error = (form: (g: Float64Array) => Float64Array): number => distance(currentsOf(signed(form), x), exact);

  it('lose a tenth to the wires; the rank-one form leaves a third of that, the line form a hundredth', () => {
    const wires = error((g) => g);
    expect(wires).toBeGreaterThan(0.08);
    expect(error((g) => rankOne(g, n, n, HALF_OHM))).toBeLessThan(wires / 3);
    expect(error((g) => lineForm(g, n, n, HALF_OHM))).toBeLessThan(wires / 100);
  });
});

// An exact solve takes seconds here; the line form's own error is a twentieth of the rank-one form's or less (wires.md).
describe('large tiles, against the line form', () => {
  const lost = (form: Float64Array, reference: Float64Array, x: Float64Array): number =>
    distance(currentsOf(form, x), currentsOf(reference, x));
  const formsOf = (n: number, rMin: number, seed = 1) => {
    const g = uniformCells(n, n, rMin, seed);
    return { g, line: lineForm(g, n, n, HALF_OHM), rank: rankOne(g, n, n, HALF_OHM) };
  };

  it.each([
    // Published: wires take .108 and .533 of the ideal outputs, .473 of the real ones; rank-one leaves the rest.
    [256, 1e5, 'ideal', 0.108, 0.0035],
    [256, 1e4, 'ideal', 0.533, 0.114],
    [512, 1e5, 'real', 0.473, 0.0355],
  ] as const)(
    'of %d lines and %d Ω: wires take of the %s outputs %d, the rank-one form leaves %d',
    (n, rMin, of, taken, left) => {
      const { g, line, rank } = formsOf(n, rMin);
      const x = uniformInputs(n);
      const wires = of === 'ideal' ? lost(line, g, x) : lost(g, line, x);
      expect(Math.abs(wires / taken - 1)).toBeLessThan(0.04);
      expect(Math.abs(lost(rank, line, x) / left - 1)).toBeLessThan(0.06);
    },
  );

  it('two unrelated planes subtracted are the worst case: .747 and .168', () => {
    const [a, b] = [formsOf(512, 1e5, 5), formsOf(512, 1e5, 6)];
    const x = uniformInputs(512);
    expect(Math.abs(lost(minus(a.g, b.g), minus(a.line, b.line), x) / 0.747 - 1)).toBeLessThan(0.1);
    expect(Math.abs(lost(minus(a.rank, b.rank), minus(a.line, b.line), x) / 0.168 - 1)).toBeLessThan(0.12);
  });

  it('pairs of Gaussian weights, the largest at g_max, under Gaussian inputs lose half a percent to the rank-one form', () => {
    const n = 512;
    const draw = random(4);
    const weights = Float64Array.from({ length: n * n }, draw.gaussian);
    const most = weights.reduce((top, w) => Math.max(top, Math.abs(w)), 0);
    const planes = [1, -1].map((sign) => weights.map((w) => Math.max(0, (sign * w) / most) / 1e5));
    const [plus, last] = planes as [Float64Array, Float64Array];
    const pair = (form: typeof rankOne): Float64Array => minus(form(plus, n, n, HALF_OHM), form(last, n, n, HALF_OHM));
    const x = Float64Array.from({ length: n }, random(3).gaussian);
    // .0045 is published.
    expect(Math.abs(lost(pair(rankOne), pair(lineForm), x) / 0.0045 - 1)).toBeLessThan(0.06);
  });
});

describe.each(FORMS)('$name', (form) => {
  it('is exact where only one line carries current', () => {
    const g = uniformCells(1, 40, 1e3);
    const input = { inputSegment: 4, outputSegment: 0, driver: 9 };
    expect(worst(form(g, 1, 40, input), effectiveMatrix(g, 1, 40, input))).toBeLessThan(1e-12);
    const output = { inputSegment: 0, outputSegment: 4, sense: 9 };
    expect(worst(form(g, 40, 1, output), effectiveMatrix(g, 40, 1, output))).toBeLessThan(1e-12);
  });

  it('is g without wires, and nears the exact matrix faster than g does as wires shrink', () => {
    const g = uniformCells(40, 24, 1e4);
    expect(form(g, 40, 24, { inputSegment: 0, outputSegment: 0 })).toEqual(g);
    const left = (ohms: number): number => {
      const wires = { inputSegment: ohms, outputSegment: ohms, driver: ohms };
      const exact = effectiveMatrix(g, 40, 24, wires);
      return distance(form(g, 40, 24, wires), exact) / distance(g, exact);
    };
    expect(left(0.1)).toBeLessThan(0.5);
  });

  it('writes where it is told to, the cells themselves included', () => {
    const g = uniformCells(33, 21, 1e3);
    const w = form(g, 33, 21, HALF_OHM);
    const into = new Float64Array(g.length).fill(NaN);
    expect(form(g, 33, 21, HALF_OHM, into)).toBe(into);
    expect(into).toEqual(w);
    expect(form(g, 33, 21, HALF_OHM, g)).toBe(g);
    expect(g).toEqual(w);
  });

  it('leaves lines without a cell at 0', () => {
    const g = uniformCells(30, 30, 1e3).map((value, at) => (at % 30 === 4 || Math.floor(at / 30) === 7 ? 0 : value));
    const w = form(g, 30, 30, HALF_OHM);
    const onEmptyLine = (at: number): boolean => at % 30 === 4 || Math.floor(at / 30) === 7;
    expect(w.every((value, at) => (onEmptyLine(at) ? value === 0 : value > 0))).toBe(true);
  });

  it('refuses what the exact matrix refuses', () => {
    expect(() => form(Float64Array.of(1, 2), 1, 3, HALF_OHM)).toThrow('2 conductances');
  });
});

describe('the line form', () => {
  it.each([
    [16, 16],
    [3, 16],
    [16, 1],
  ])('is exact for %d × %d cells', (rows, columns) => {
    const g = uniformCells(rows, columns, 100);
    const wires = { inputSegment: 1, outputSegment: 2, driver: 5, sense: 3 };
    expect(worst(lineForm(g, rows, columns, wires), effectiveMatrix(g, rows, columns, wires))).toBeLessThan(1e-12);
  });

  it.each([
    [17, 16],
    [70, 45],
    [20, 90],
  ])('holds for sides that do not divide into blocks: %d × %d', (rows, columns) => {
    const g = uniformCells(rows, columns, 1e3);
    const wires = { inputSegment: 0.5, outputSegment: 0.3, driver: 2, sense: 1 };
    const x = uniformInputs(rows);
    const exact = currentsOf(effectiveMatrix(g, rows, columns, wires), x);
    expect(distance(currentsOf(lineForm(g, rows, columns, wires), x), exact)).toBeLessThan(1e-3);
    expect(distance(currentsOf(rankOne(g, rows, columns, wires), x), exact)).toBeGreaterThan(1e-3);
  });
});
