import { OhmlightError } from '@ohmlight/contracts';
import { inputLayout, outputLayout, sourceLayout, type Layout } from './lines.js';
import type { Network, Wires } from './network.js';

/** Current through a cell as a function of the voltage across it. It must not fall as the voltage rises. */
export interface CellLaw {
  /** Amperes of a cell programmed to g siemens, at v volts from input line to output line. */
  readonly current: (v: number, g: number) => number;
  /** Siemens: the current's derivative by v. */
  readonly slope: (v: number, g: number) => number;
}

/** I = g·v. */
export const OHMIC: CellLaw = { current: (v, g) => g * v, slope: (_v, g) => g };

/** What carries current to the cells and from them, whatever lies crosswise to what. */
export interface Rails {
  readonly source: Layout;
  readonly sense: Layout;
  /** Ohms from the ports outwards. */
  readonly sourceSegments: Float64Array;
  readonly senseSegments: Float64Array;
  readonly ports: Float64Array;
}

/** Every input line sources the current of its cells. */
export function inputRails({ rows, columns, s, t }: Network, x: Float64Array): Rails {
  checkInputs(x, rows);
  return {
    source: inputLayout(rows, columns),
    sense: outputLayout(rows, columns),
    sourceSegments: s,
    senseSegments: t.toReversed(),
    ports: x,
  };
}

/** A source line along each output line, at the one voltage that the inputs other than 0 have. */
export function separateRails({ rows, columns, t }: Network, wires: Wires, x: Float64Array): Rails {
  checkInputs(x, rows);
  const voltage = x.find((volts) => volts !== 0) ?? 0;
  if (x.some((volts) => volts !== 0 && volts !== voltage))
    throw new OhmlightError(
      'invalid_value',
      'inputs that gate cells are of more than one voltage: slice them into single bits, 0 or one voltage',
      'x',
    );
  const sourceSegments = new Float64Array(rows).fill(wires.inputSegment);
  sourceSegments[0]! += wires.driver ?? 0;
  return {
    source: sourceLayout(rows, columns),
    sense: outputLayout(rows, columns),
    sourceSegments,
    senseSegments: t.toReversed(),
    ports: new Float64Array(columns).fill(voltage),
  };
}

/** Conductances as the inputs leave them: 0 in a row whose input is 0. */
export function gated({ g, columns }: Network, x: Float64Array): Float64Array {
  return g.map((value, at) => (x[Math.floor(at / columns)] === 0 ? 0 : value));
}

/**
 * Largest mismatch of Kirchhoff's laws: from each cell's current at its voltage v follow all lines' currents and so
 * their voltages; what those leave for the cell differs from v by this, relative to the largest input.
 */
export function kirchhoffMismatch(
  x: Float64Array,
  network: Network,
  voltages: Float64Array,
  cell: CellLaw = OHMIC,
): number {
  const phi = mismatchOf(voltages, network.g, inputRails(network, x), cell);
  return largest(phi) / (largest(x) || 1);
}

/** φ(v), row-major, in volts. */
export function mismatchOf(v: Float64Array, g: Float64Array, rails: Rails, cell: CellLaw): Float64Array {
  const i = v.map((volts, at) => (g[at] === 0 ? 0 : cell.current(volts, g[at]!)));
  const phi = v.slice();
  addDrops(phi, i, rails.source, rails.sourceSegments, rails.ports);
  addDrops(phi, i, rails.sense, rails.senseSegments);
  return phi;
}

/** phi += R·i − port along every line. */
function addDrops(
  phi: Float64Array,
  i: Float64Array,
  { count, length, first, between, step }: Layout,
  segments: Float64Array,
  ports?: Float64Array,
): void {
  for (let l = 0; l < count; l++) {
    const port = first + l * between;
    let current = 0;
    for (let p = 0; p < length; p++) current += i[port + p * step]!;
    let drop = -(ports?.[l] ?? 0);
    for (let p = 0; p < length; p++) {
      const at = port + p * step;
      drop += segments[p]! * current;
      current -= i[at]!;
      phi[at]! += drop;
    }
  }
}

/** Voltages across the cells where no current flows. */
export function unloaded(cells: number, { source, ports }: Rails): Float64Array {
  const v = new Float64Array(cells);
  for (let l = 0; l < source.count; l++)
    for (let p = 0; p < source.length; p++) v[source.first + l * source.between + p * source.step] = ports[l]!;
  return v;
}

export function sensed(v: Float64Array, g: Float64Array, { sense }: Rails, cell: CellLaw): Float64Array {
  return Float64Array.from({ length: sense.count }, (_, l) => {
    let sum = 0;
    for (let p = sense.length - 1; p >= 0; p--) {
      const at = sense.first + l * sense.between + p * sense.step;
      if (g[at] !== 0) sum += cell.current(v[at]!, g[at]!);
    }
    return sum;
  });
}

export function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (!(size <= most)) most = size;
  }
  return most;
}

function checkInputs(x: Float64Array, rows: number): void {
  if (x.length !== rows || !x.every(Number.isFinite))
    throw new OhmlightError(
      'invalid_value',
      `${x.length} inputs for ${rows} rows: give one finite voltage per row`,
      'x',
    );
}
