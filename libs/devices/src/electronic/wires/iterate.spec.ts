import { describe, expect, it } from 'vitest';
import { gatedNodalCurrents } from '../../../testing/nodal.js';
import { currentsOf, uniformCells, uniformInputs, worst } from '../../../testing/tiles.js';
import { effectiveMatrix, interleavedMatrix } from './effective-matrix.js';
import { iterate, iterateNetwork } from './iterate.js';
import { interleavedNetwork, networkOf } from './network.js';
import { kirchhoffMismatch, type CellLaw } from './rails.js';

const HALF_OHM = { inputSegment: 0.5, outputSegment: 0.5 };

/** I = g·(v + k·v³): an odd law that grows steeper with the voltage. */
const cubic = (k: number): CellLaw => ({
  current: (v, g) => g * v * (1 + k * v * v),
  slope: (v, g) => g * (1 + 3 * k * v * v),
});

describe('iteration of a linear network', () => {
  it.each([
    [64, 64, 1e5],
    [100, 40, 1e4],
    [40, 100, 1e3],
  ])('of %d × %d cells of %d Ω and more meets Kirchhoff and the exact matrix', (rows, columns, rMin) => {
    const g = uniformCells(rows, columns, rMin);
    const wires = { ...HALF_OHM, driver: 10, sense: 5 };
    const x = uniformInputs(rows).map((volts) => volts - 0.25);
    const { currents, voltages, steps, mismatch } = iterate(x, g, rows, columns, wires);
    expect(steps).toBe(1);
    expect(mismatch).toBeLessThan(1e-10);
    expect(kirchhoffMismatch(x, networkOf(g, rows, columns, wires), voltages)).toBe(mismatch);
    expect(worst(currents, currentsOf(effectiveMatrix(g, rows, columns, wires, 'elimination'), x))).toBeLessThan(1e-10);
  });

  it('adds up: the answer to a sum of inputs is the sum of the answers', () => {
    const g = uniformCells(30, 20, 1e3);
    const a = uniformInputs(30, 3);
    const b = uniformInputs(30, 4).map((volts) => -2 * volts);
    const answer = (x: Float64Array): Float64Array => iterate(x, g, 30, 20, HALF_OHM).currents;
    const ofB = answer(b);
    const sum = answer(a).map((amperes, j) => amperes + ofB[j]!);
    expect(worst(answer(a.map((volts, i) => volts + b[i]!)), sum)).toBeLessThan(1e-11);
  });

  it('of one driver at 1 V is a row of the effective matrix', () => {
    const g = uniformCells(20, 30, 1e3);
    const w = effectiveMatrix(g, 20, 30, HALF_OHM);
    const { currents } = iterate(
      new Float64Array(20).map((_, i) => Number(i === 6)),
      g,
      20,
      30,
      HALF_OHM,
    );
    expect(worst(currents, w.slice(180, 210))).toBeLessThan(1e-11);
  });

  it('finds interleaved pairs, whose wires drop less where their currents cancel', () => {
    const [rows, columns] = [20, 12];
    const wires = { inputSegment: 1, outputSegment: 2, driver: 10, sense: 5 };
    const plus = uniformCells(rows, columns, 1e3, 5);
    const minus = uniformCells(rows, columns, 1e3, 6);
    const x = uniformInputs(rows);
    const both = new Float64Array(2 * rows).map((_, i) => (i % 2 ? -1 : 1) * x[i >> 1]!);
    const { currents } = iterateNetwork(both, interleavedNetwork(plus, minus, rows, columns, wires));
    expect(worst(currents, currentsOf(interleavedMatrix(plus, minus, rows, columns, wires), x))).toBeLessThan(1e-10);
    const outputsOnly = { inputSegment: 0, outputSegment: 2 };
    const drop = (v: Float64Array, driven: Float64Array): number =>
      Math.max(...v.map((volts, at) => Math.abs(driven[Math.floor(at / columns)]! - volts)));
    const shared = iterateNetwork(both, interleavedNetwork(plus, minus, rows, columns, outputsOnly)).voltages;
    const alone = iterate(x, plus, rows, columns, outputsOnly).voltages;
    expect(drop(shared, both)).toBeLessThan(0.5 * drop(alone, x));
  });

  it('answers 0 to 0, and g·x without wires', () => {
    const g = uniformCells(5, 4, 1e3);
    expect(iterate(new Float64Array(5), g, 5, 4, HALF_OHM).currents).toEqual(new Float64Array(4));
    const x = uniformInputs(5);
    const { currents, steps } = iterate(x, g, 5, 4, { inputSegment: 0, outputSegment: 0 });
    expect(steps).toBe(0);
    expect(worst(currents, currentsOf(g, x))).toBeLessThan(1e-14);
  });
});

describe('iteration of nonlinear cells', () => {
  it('finds the operating point of one cell behind a resistance', () => {
    // x = v + R·g·(v + k·v³) with R·g = 0.5, k = 4, v = 0.5.
    const x = 0.5 + 0.5 * (0.5 + 4 * 0.125);
    const wires = { inputSegment: 100, outputSegment: 200, driver: 150, sense: 50 };
    const { currents, voltages } = iterate(Float64Array.of(x), Float64Array.of(1e-3), 1, 1, wires, { cell: cubic(4) });
    expect(voltages[0]).toBeCloseTo(0.5, 9);
    expect(currents[0]! * 500).toBeCloseTo(x - 0.5, 9);
  });

  it.each([1, 30, 1000])('meets Kirchhoff with a cubic term of %d/V²', (k) => {
    const [rows, columns] = [48, 32];
    const g = uniformCells(rows, columns, 1e4);
    const x = uniformInputs(rows);
    const cell = cubic(k);
    const { currents, voltages, mismatch } = iterate(x, g, rows, columns, HALF_OHM, { cell });
    expect(mismatch).toBeLessThan(1e-10);
    expect(kirchhoffMismatch(x, networkOf(g, rows, columns, HALF_OHM), voltages, cell)).toBeLessThan(1e-10);
    const sums = new Float64Array(columns);
    voltages.forEach((volts, at) => (sums[at % columns]! += cell.current(volts, g[at]!)));
    expect(worst(currents, sums)).toBeLessThan(1e-13);
  });

  it('is the linear answer in the limit of small inputs', () => {
    const g = uniformCells(20, 20, 1e3);
    const x = uniformInputs(20).map((volts) => 1e-5 * volts);
    const { currents } = iterate(x, g, 20, 20, HALF_OHM, { cell: cubic(10) });
    expect(worst(currents, currentsOf(effectiveMatrix(g, 20, 20, HALF_OHM), x))).toBeLessThan(1e-8);
  });

  it('converges where steps have to be halved', () => {
    const cell: CellLaw = {
      current: (v, g) => g * Math.tanh(200 * v),
      slope: (v, g) => (200 * g) / Math.cosh(200 * v) ** 2,
    };
    const { mismatch } = iterate(
      Float64Array.of(1, -1, 0.5),
      uniformCells(3, 2, 10),
      3,
      2,
      { inputSegment: 5, outputSegment: 5 },
      { cell },
    );
    expect(mismatch).toBeLessThan(1e-10);
  });

  it('says so where there is no convergence', () => {
    const g = uniformCells(8, 8, 1e3);
    const x = uniformInputs(8);
    const fails = (cell: CellLaw, more = {}): unknown => {
      try {
        return iterate(x, g, 8, 8, { inputSegment: 50, outputSegment: 50 }, { cell, ...more });
      } catch (error) {
        return error;
      }
    };
    const falling: CellLaw = { current: (v, g) => -g * v, slope: (_, g) => -g };
    expect(fails(falling)).toMatchObject({ code: 'no_convergence', message: expect.stringContaining('slope') });
    expect(fails(cubic(10), { maxSteps: 1 })).toMatchObject({
      code: 'no_convergence',
      message: expect.stringContaining('after 1 steps'),
    });
    expect(fails(cubic(1), { maxPasses: 2 })).toMatchObject({
      code: 'no_convergence',
      message: expect.stringContaining('2 passes'),
    });
    const lying: CellLaw = { current: (v, g) => -10 * g * v, slope: (_, g) => g };
    expect(fails(lying)).toMatchObject({
      code: 'no_convergence',
      message: expect.stringContaining('no step from a mismatch'),
    });
  });
});

describe('iteration of gated cells', () => {
  const [rows, columns] = [14, 5];
  const g = uniformCells(rows, columns, 500);
  const wires = { inputSegment: 3, outputSegment: 2, driver: 7, sense: 11 };
  const on = Array.from({ length: rows }, (_, i) => i % 3 !== 1);
  const x = Float64Array.from(on, (open) => (open ? 0.2 : 0));

  it('is what nodal analysis of source and output lines finds', () => {
    const { currents } = iterate(x, g, rows, columns, wires, { source: 'separate' });
    expect(worst(currents, gatedNodalCurrents({ g, rows, columns, wires }, on, 0.2))).toBeLessThan(1e-11);
  });

  it('has no effective matrix: answers to two rows do not add up', () => {
    const answer = (...open: number[]): Float64Array =>
      iterate(
        new Float64Array(rows).map((_, i) => (open.includes(i) ? 0.2 : 0)),
        g,
        rows,
        columns,
        wires,
        { source: 'separate' },
      ).currents;
    const second = answer(9);
    const sum = answer(2).map((amperes, j) => amperes + second[j]!);
    expect(worst(answer(2, 9), sum)).toBeGreaterThan(0.01);
  });

  it('takes one source voltage, and one output line alone', () => {
    expect(() => iterate(x.with(0, 0.3), g, rows, columns, wires, { source: 'separate' })).toThrow('single bits');
    const first = Float64Array.from({ length: rows }, (_, i) => g[i * columns]!);
    const all = iterate(x, g, rows, columns, wires, { source: 'separate' });
    const alone = iterate(x, first, rows, 1, wires, { source: 'separate' });
    expect(alone.currents[0]! / all.currents[0]!).toBeCloseTo(1, 12);
  });
});

describe('inputs that cannot be', () => {
  it.each([[Float64Array.of(1)], [Float64Array.of(1, NaN)]])('are refused: %o for two rows', (x) => {
    expect(() => iterate(x, uniformCells(2, 3, 1e3), 2, 3, HALF_OHM)).toThrow(
      expect.objectContaining({ code: 'invalid_value', param: 'x' }),
    );
  });
});
