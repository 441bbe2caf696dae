import { describe, expect, it } from 'vitest';
import { nodalCurrents } from '../../../testing/nodal.js';
import { currentsOf, distance, uniformCells, uniformInputs, worst } from '../../../testing/tiles.js';
import {
  effectiveMatrix,
  fasterMethod,
  interleavedMatrix,
  solveExactly,
  type ExactMethod,
} from './effective-matrix.js';
import { networkOf, reciprocal, reversedTranspose } from './network.js';

const METHODS: ExactMethod[] = ['sweeps', 'elimination'];
const HALF_OHM = { inputSegment: 0.5, outputSegment: 0.5 };

/** g with some cells at 0 S, a whole input and a whole output among them. */
function withHoles(g: Float64Array, columns: number): Float64Array {
  return g.map((value, at) => (at % 7 === 3 || at % columns === 1 || Math.floor(at / columns) === 2 ? 0 : value));
}

/** Outputs over n for inputs of 1: first, middle and last; cells nearest and farthest from driver and sense node. */
function equalCells(n: number, rMin: number, method?: ExactMethod): { y: number[]; corners: number[] } {
  const w = effectiveMatrix(new Float64Array(n * n).fill(1 / rMin), n, n, HALF_OHM, method);
  const all = currentsOf(w, new Float64Array(n).fill(1));
  return {
    y: [0, n / 2, n - 1].map((j) => (all[j]! * rMin) / n),
    corners: [w[(n - 1) * n]! * rMin, w[n - 1]! * rMin],
  };
}

describe.each(METHODS)('the effective matrix by %s, in closed form', (method) => {
  it('of one cell is that of its series', () => {
    const wires = { inputSegment: 2, outputSegment: 3, driver: 50, sense: 20 };
    const [w] = effectiveMatrix(Float64Array.of(1e-3), 1, 1, wires, method);
    expect(w! * (1000 + 75)).toBeCloseTo(1, 12);
  });

  // A ladder of series r and shunt g: v_k ∝ cosh((n − k + ½)·θ), cosh θ = 1 + r·g/2.
  const [n, r, g] = [40, 5, 1e-3];
  const theta = Math.acosh(1 + (r * g) / 2);
  const ladder = Float64Array.from(
    { length: n },
    (_, k) => (g * Math.cosh((n - k - 0.5) * theta)) / Math.cosh((n + 0.5) * theta),
  );

  it('of one input line is a ladder from the driver on', () => {
    const wires = { inputSegment: r, outputSegment: 0 };
    expect(worst(effectiveMatrix(new Float64Array(n).fill(g), 1, n, wires, method), ladder)).toBeLessThan(1e-12);
  });

  it('of one output line is a ladder from the sense node on', () => {
    const wires = { inputSegment: 0, outputSegment: r };
    const w = effectiveMatrix(new Float64Array(n).fill(g), n, 1, wires, method);
    expect(worst(w.toReversed(), ladder)).toBeLessThan(1e-12);
  });

  it('with a resistance at every driver, or at every sense node, is a divider', () => {
    const g = uniformCells(6, 5, 1e3);
    const sumOf = (line: (at: number) => number) =>
      g.reduce((sums, value, at) => ((sums[line(at)]! += value), sums), new Float64Array(6));
    const ofRow = sumOf((at) => Math.floor(at / 5));
    const ofColumn = sumOf((at) => at % 5);
    const none = { inputSegment: 0, outputSegment: 0 };
    const driven = effectiveMatrix(g, 6, 5, { ...none, driver: 300 }, method);
    expect(
      worst(
        driven,
        g.map((value, at) => value / (1 + 300 * ofRow[Math.floor(at / 5)]!)),
      ),
    ).toBeLessThan(1e-12);
    const sensed = effectiveMatrix(g, 6, 5, { ...none, sense: 300 }, method);
    expect(
      worst(
        sensed,
        g.map((value, at) => value / (1 + 300 * ofColumn[at % 5]!)),
      ),
    ).toBeLessThan(1e-12);
  });
});

describe.each(METHODS)('the effective matrix by %s', (method) => {
  it.each([
    [7, 5, 1e3],
    [5, 9, 1e2],
    [8, 8, 10],
    [1, 6, 1e2],
  ])('is what nodal analysis of %d × %d cells of %d Ω and more finds', (rows, columns, rMin) => {
    const g = withHoles(uniformCells(rows, columns, rMin), columns);
    const wires = { inputSegment: 0.7, outputSegment: 1.9, driver: 11, sense: 5 };
    const w = effectiveMatrix(g, rows, columns, wires, method);
    const x = uniformInputs(rows).map((volts) => volts - 0.3);
    expect(worst(currentsOf(w, x), nodalCurrents({ g, rows, columns, wires }, x))).toBeLessThan(1e-11);
  });

  it.each([
    [8, 1e4, [0.998328, 0.997233, 0.996934], []],
    [64, 1e4, [0.932855, 0.871089, 0.851248], []],
    [64, 1e5, [0.992757, 0.985323, 0.982901], [0.999365, 0.97959]],
  ])(
    'of %d lines each way and equal cells of %d Ω has the values of an independent solver',
    (n, rMin, outputs, cells) => {
      const { y, corners } = equalCells(n, rMin, method);
      outputs.forEach((value, at) => expect(y[at]).toBeCloseTo(value, 6));
      cells.forEach((value, at) => expect(corners[at]).toBeCloseTo(value, 6));
    },
  );
});

describe('the effective matrix', () => {
  it('of 128 lines each way and equal cells of 10 kΩ has the values of an independent solver', () => {
    const { y, corners } = equalCells(128, 1e4);
    [0.78877, 0.635272, 0.587312].forEach((value, at) => expect(y[at]).toBeCloseTo(value, 6));
    [0.989904, 0.536225].forEach((value, at) => expect(corners[at]).toBeCloseTo(value, 6));
  });

  it('of 128 lines each way and equal cells of 100 kΩ has the values of an independent solver', () => {
    const { y } = equalCells(128, 1e5);
    [0.972665, 0.94461, 0.935416].forEach((value, at) => expect(y[at]).toBeCloseTo(value, 6));
  });

  it.each([
    [64, 1e5, 0.0077],
    [128, 1e5, 0.0303],
    [256, 1e5, 0.108],
  ])(
    'of %d lines each way and cells of %d Ω and more loses the part that an independent solver finds',
    (n, rMin, figure) => {
      const g = uniformCells(n, n, rMin);
      const x = uniformInputs(n);
      const ideal = currentsOf(g, x);
      // The solver's figure is relative to the ideal outputs, for other draws.
      const error = distance(currentsOf(effectiveMatrix(g, n, n, HALF_OHM), x), ideal);
      expect(Math.abs(error / figure - 1)).toBeLessThan(0.06);
    },
  );

  it.each([
    [30, 50, 1e3],
    [64, 64, 1e4],
    [50, 30, 1e2],
  ])('of %d × %d cells of %d Ω and more is the same by both methods', (rows, columns, rMin) => {
    const g = withHoles(uniformCells(rows, columns, rMin), columns);
    const wires = { inputSegment: 0.5, outputSegment: 1.5, driver: 20, sense: 10 };
    const [a, b] = METHODS.map((method) => effectiveMatrix(g, rows, columns, wires, method));
    expect(worst(a!, b!)).toBeLessThan(1e-12);
  });

  it('is reciprocal: drivers and sense nodes may change places', () => {
    const network = networkOf(uniformCells(12, 17, 1e3), 12, 17, {
      inputSegment: 1,
      outputSegment: 3,
      driver: 30,
      sense: 9,
    });
    for (const method of METHODS)
      expect(
        worst(solveExactly(reciprocal(network), method), reversedTranspose(solveExactly(network, method), 12, 17)),
      ).toBeLessThan(1e-12);
  });

  it('is symmetric about the diagonal from driver to sense node where the cells are', () => {
    const n = 10;
    const g = uniformCells(n, n, 1e3);
    const mirrored = g.map((value, at) => value + g[(n - 1 - (at % n)) * n + n - 1 - Math.floor(at / n)]!);
    const w = effectiveMatrix(mirrored, n, n, HALF_OHM);
    expect(worst(reversedTranspose(w, n, n), w)).toBeLessThan(1e-12);
  });

  it('is g without wires, and within first order of the resistance near it', () => {
    const g = uniformCells(20, 20, 1e4);
    expect(effectiveMatrix(g, 20, 20, { inputSegment: 0, outputSegment: 0 })).toEqual(g);
    const lost = (ohms: number): number =>
      distance(effectiveMatrix(g, 20, 20, { inputSegment: ohms, outputSegment: ohms }), g) / ohms;
    for (const method of METHODS)
      expect(worst(effectiveMatrix(g, 20, 20, { inputSegment: 1e-12, outputSegment: 0 }, method), g)).toBeLessThan(
        1e-12,
      );
    expect(lost(1e-4) / lost(1e-3)).toBeCloseTo(1, 4);
  });

  it('passes less current in all as wires grow, and more as a cell does', () => {
    const total = (g: Float64Array, ohms: number): number =>
      effectiveMatrix(g, 16, 12, { inputSegment: ohms, outputSegment: ohms, driver: ohms, sense: 2 * ohms }).reduce(
        (sum, value) => sum + value,
        0,
      );
    const g = uniformCells(16, 12, 1e3);
    const totals = [0, 0.1, 0.3, 1, 3, 10, 100, 1e4].map((ohms) => total(g, ohms));
    for (let i = 1; i < totals.length; i++) expect(totals[i]).toBeLessThan(totals[i - 1]!);
    const stronger = g.map((value, at) => (at === 37 ? 2 * value : value));
    expect(total(stronger, 1)).toBeGreaterThan(total(g, 1));
  });

  it('never has a negative entry, nor one above its cell where that is alone', () => {
    const alone = new Float64Array(6 * 6);
    alone[14] = 1e-3;
    const w = effectiveMatrix(alone, 6, 6, { inputSegment: 5, outputSegment: 5 });
    expect(w[14]).toBeCloseTo(1 / (1000 + 5 * 3 + 5 * 4), 12);
    expect(w.filter((value) => value !== 0)).toHaveLength(1);
    expect(effectiveMatrix(uniformCells(9, 9, 10), 9, 9, HALF_OHM).every((value) => value > 0)).toBe(true);
  });

  it('stays exact where wires take nearly all, by elimination', () => {
    const network = networkOf(uniformCells(24, 24, 1), 24, 24, { inputSegment: 10, outputSegment: 10 });
    expect(fasterMethod(network)).toBe('elimination');
    const w = solveExactly(network);
    expect(worst(reversedTranspose(solveExactly(reciprocal(network)), 24, 24), w)).toBeLessThan(1e-12);
    expect(w.every((value) => value >= 0)).toBe(true);
    expect(() => solveExactly(network, 'sweeps')).toThrow(expect.objectContaining({ code: 'no_convergence' }));
  });

  it('is found by sweeps where wires take little', () => {
    expect(fasterMethod(networkOf(uniformCells(64, 64, 1e5), 64, 64, HALF_OHM))).toBe('sweeps');
  });
});

describe('interleaved pairs', () => {
  const [rows, columns] = [24, 16];
  const wires = { inputSegment: 1, outputSegment: 2, driver: 10, sense: 5 };
  const plus = uniformCells(rows, columns, 1e3, 5);
  const minus = uniformCells(rows, columns, 1e3, 6);

  it('cancel where both cells are alike', () => {
    expect(Math.max(...interleavedMatrix(plus, plus, rows, columns, wires).map(Math.abs))).toBeLessThan(1e-15);
  });

  it('are a plain crossbar where one cell is missing', () => {
    const none = new Float64Array(rows * columns);
    expect(
      worst(interleavedMatrix(plus, none, rows, columns, wires), effectiveMatrix(plus, rows, columns, wires)),
    ).toBeLessThan(1e-12);
  });

  it('change sign with their polarity', () => {
    const w = interleavedMatrix(plus, minus, rows, columns, wires);
    expect(
      worst(
        w.map((value) => -value),
        interleavedMatrix(minus, plus, rows, columns, wires),
      ),
    ).toBeLessThan(1e-12);
  });

  it('of one cell each meet in a divider', () => {
    const [w] = interleavedMatrix(Float64Array.of(1e-3), Float64Array.of(4e-4), 1, 1, wires);
    const through = [1 / (1000 + 11), 1 / (2500 + 11)] as const;
    expect(w! / ((through[0] - through[1]) / (1 + 7 * (through[0] + through[1])))).toBeCloseTo(1, 12);
  });

  it('are near their exact matrix in line form', () => {
    const w = interleavedMatrix(plus, minus, rows, columns, wires, 'line-form');
    expect(worst(w, interleavedMatrix(plus, minus, rows, columns, wires))).toBeLessThan(0.01);
  });
});

describe('what cannot be', () => {
  it.each([
    [new Float64Array(5), 2, 3, HALF_OHM, '5 conductances'],
    [new Float64Array(0), 0, 3, HALF_OHM, '0 × 3'],
    [Float64Array.of(1, -1), 1, 2, HALF_OHM, 'conductance 1 is -1 S'],
    [Float64Array.of(NaN, 1), 1, 2, HALF_OHM, 'conductance 0 is NaN S'],
    [Float64Array.of(1, 1), 1, 2, { inputSegment: -1, outputSegment: 0 }, 'inputSegment is -1'],
    [Float64Array.of(1, 1), 1, 2, { inputSegment: 0, outputSegment: 0, sense: Infinity }, 'sense is Infinity'],
  ])('is refused: %o as %d × %d', (g, rows, columns, wires, says) => {
    expect(() => effectiveMatrix(g, rows, columns, wires)).toThrow(says);
    expect(() => effectiveMatrix(g, rows, columns, wires)).toThrow(expect.objectContaining({ code: 'invalid_value' }));
  });
});
