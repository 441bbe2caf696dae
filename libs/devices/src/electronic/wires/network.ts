import { OhmlightError } from '@ohmlight/contracts';

/**
 * Resistances of a crossbar's wires, in ohms. Every input line enters at output 0 and every output line leaves below
 * the last input; a segment lies before the first cell of an input line and after the last cell of an output line.
 */
export interface Wires {
  /** One segment of an input line: from the driver to the first cell, and from each cell to the next. */
  readonly inputSegment: number;
  /** One segment of an output line: from each cell to the next, and from the last cell to the sense node. */
  readonly outputSegment: number;
  /** Between a driver and its line, on top of the first segment. Default 0. */
  readonly driver?: number;
  /** Between a line and its virtual ground, on top of the last segment. Default 0. */
  readonly sense?: number;
}

/**
 * A crossbar as a network: cell (i, j) of conductance g_ij joins input line i to output line j.
 *
 * Segments may differ along a line, but not from line to line.
 */
export interface Network {
  /** Siemens, row-major rows × columns: an input's cells lie together. */
  readonly g: Float64Array;
  /** Number M of input lines. */
  readonly rows: number;
  /** Number N of output lines. */
  readonly columns: number;
  /** s_j: ohms of an input line's segment before column j; s_0 includes the driver. N values. */
  readonly s: Float64Array;
  /** t_i: ohms of an output line's segment after row i; t_(M−1) includes the sense node. M values. */
  readonly t: Float64Array;
}

/** The network of one plane of cells. Throws `invalid_value` where a size, a conductance or a resistance cannot be. */
export function networkOf(g: Float64Array, rows: number, columns: number, wires: Wires): Network {
  checkCells(g, rows, columns);
  return { g, rows, columns, ...segmentsOf(rows, columns, wires) };
}

/**
 * Differential pairs whose two cells share a summation line: g⁺ is driven by x, g⁻ by −x, both at the same point of
 * the output line, so that currents cancel where they meet. Input lines 2i and 2i + 1 are those of pair i.
 */
export function interleavedNetwork(
  plus: Float64Array,
  minus: Float64Array,
  rows: number,
  columns: number,
  wires: Wires,
): Network {
  checkCells(plus, rows, columns);
  checkCells(minus, rows, columns);
  const { s, t } = segmentsOf(rows, columns, wires);
  const g = new Float64Array(2 * rows * columns);
  const both = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    g.set(plus.subarray(i * columns, (i + 1) * columns), 2 * i * columns);
    g.set(minus.subarray(i * columns, (i + 1) * columns), (2 * i + 1) * columns);
    both[2 * i + 1] = t[i]!;
  }
  return { g, rows: 2 * rows, columns, s, t: both };
}

/**
 * The same network seen from its outputs: drivers and sense nodes change places, and so do inputs and outputs, both
 * counted from the far end. By reciprocity its effective matrix is the transpose, likewise reversed.
 */
export function reciprocal({ g, rows, columns, s, t }: Network): Network {
  return { g: reversedTranspose(g, rows, columns), rows: columns, columns: rows, s: t.toReversed(), t: s.toReversed() };
}

/** Entry (i, j) moves to (columns − 1 − j, rows − 1 − i). */
export function reversedTranspose(values: Float64Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[(columns - 1 - j) * rows + rows - 1 - i] = values[i * columns + j]!;
  return turned;
}

export function wireless({ s, t }: Network): boolean {
  return s.every((ohms) => ohms === 0) && t.every((ohms) => ohms === 0);
}

function segmentsOf(
  rows: number,
  columns: number,
  { inputSegment, outputSegment, driver = 0, sense = 0 }: Wires,
): Pick<Network, 's' | 't'> {
  for (const [name, ohms] of Object.entries({ inputSegment, outputSegment, driver, sense }))
    if (!(ohms >= 0 && ohms < Infinity))
      throw new OhmlightError(
        'invalid_value',
        `wire resistance ${name} is ${ohms} Ω: give a finite resistance of at least 0`,
        name,
      );
  const s = new Float64Array(columns).fill(inputSegment);
  const t = new Float64Array(rows).fill(outputSegment);
  s[0]! += driver;
  t[rows - 1]! += sense;
  return { s, t };
}

function checkCells(g: Float64Array, rows: number, columns: number): void {
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0 && g.length === rows * columns))
    throw new OhmlightError(
      'invalid_value',
      `${g.length} conductances do not make a crossbar of ${rows} × ${columns}: give rows·columns of them`,
      'g',
    );
  // A loop, since programming checks every cell: findIndex takes ten times as long.
  for (let at = 0; at < g.length; at++)
    if (!(g[at]! >= 0 && g[at]! < Infinity))
      throw new OhmlightError(
        'invalid_value',
        `conductance ${at} is ${g[at]} S: give a finite conductance of at least 0`,
        'g',
      );
}
