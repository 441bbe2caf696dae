import { OhmlightError } from '@ohmlight/contracts';
import { chebyshev } from './chebyshev.js';
import { chains, solveLines, type Lines } from './lines.js';
import { networkOf, type Network, type Wires } from './network.js';
import {
  gated,
  inputRails,
  largest,
  mismatchOf,
  OHMIC,
  sensed,
  separateRails,
  unloaded,
  type CellLaw,
  type Rails,
} from './rails.js';
import { passBound } from './sweeps.js';

export interface IterateOptions {
  /** Default `OHMIC`. */
  readonly cell?: CellLaw;
  /**
   * What sources the cells' currents. `input`: the input line, driven to x_i. `separate`: a source line along each
   * output line, entering at row 0, while the inputs only gate cells (1T1R): x_i is the source's voltage or 0, and
   * the input wires' resistances are the source line's. Default `input`.
   */
  readonly source?: 'input' | 'separate';
  /** Largest mismatch of Kirchhoff's laws at a cell, relative to the largest input. Default 1e-10. */
  readonly tolerance?: number;
  /** Default 50. */
  readonly maxSteps?: number;
  /** Passes over all lines within a step. Default 5000. */
  readonly maxPasses?: number;
}

export interface Iterated {
  /** Current into each sense node, amperes. */
  readonly currents: Float64Array;
  /** Voltage across each cell, row-major. */
  readonly voltages: Float64Array;
  /** Newton steps taken, and passes over all lines. */
  readonly steps: number;
  readonly passes: number;
  /** Mismatch of Kirchhoff's laws, as in `kirchhoffMismatch`. */
  readonly mismatch: number;
}

/**
 * Operating point of a crossbar for one input vector, where no effective matrix exists: nonlinear cells, or cells that
 * the inputs gate. Newton's method on
 *
 *   φ(v) = v + R_in·i(v) + R_out·i(v) − x = 0
 *
 * with steps halved until φ falls. A step is the network of the cells' slopes, solved by passes over its lines in a
 * Chebyshev iteration as in `sweep`; a linear network takes one step. For linear cells sourced by their input line
 * `effectiveMatrix` gives the same and costs one product.
 *
 * @param x volts, one per input
 * @param g siemens, row-major rows × columns
 * @throws OhmlightError no_convergence; invalid_value for a size or value that cannot be, and for gating inputs of
 *   more than one voltage
 */
export function iterate(
  x: Float64Array,
  g: Float64Array,
  rows: number,
  columns: number,
  wires: Wires,
  options: IterateOptions = {},
): Iterated {
  const network = networkOf(g, rows, columns, wires);
  if (options.source === 'separate') return solve(gated(network, x), separateRails(network, wires, x), options);
  return solve(network.g, inputRails(network, x), options);
}

/** The same for a network of any segments, an interleaved one for example. */
export function iterateNetwork(
  x: Float64Array,
  network: Network,
  options: Omit<IterateOptions, 'source'> = {},
): Iterated {
  return solve(network.g, inputRails(network, x), options);
}

function solve(g: Float64Array, rails: Rails, options: Omit<IterateOptions, 'source'>): Iterated {
  const { cell = OHMIC, tolerance = 1e-10, maxSteps = 50, maxPasses = 5000 } = options;
  const scale = largest(rails.ports) || 1;
  let v = unloaded(g.length, rails);
  let phi = mismatchOf(v, g, rails, cell);
  let mismatch = largest(phi) / scale;
  let c: Float64Array | undefined;
  let passes = 0;
  let steps = 0;
  // A start without mismatch is rare but real: no wires, or no conductance.
  for (; !(mismatch <= tolerance); steps++) {
    if (steps === maxSteps)
      throw noConvergence(`after ${steps} steps the mismatch is ${mismatch} of the largest input`);
    const linear = linearise(v, g, rails, cell);
    const solved = solveLinear(linear, rails, maxPasses, c);
    passes += solved.passes;
    c = solved.c;
    const stepped = descend(v, solved.v, mismatch * scale, (trial) => mismatchOf(trial, g, rails, cell));
    v = stepped.v;
    phi = stepped.phi;
    mismatch = largest(phi) / scale;
  }
  return { currents: sensed(v, g, rails, cell), voltages: v, steps, passes, mismatch };
}

/** v + λ·(target − v) with the largest λ = 1, ½, ¼ … that lowers the mismatch. */
function descend(
  v: Float64Array,
  target: Float64Array,
  before: number,
  mismatch: (v: Float64Array) => Float64Array,
): { v: Float64Array; phi: Float64Array } {
  for (let part = 1; part > 1e-3; part /= 2) {
    const trial = v.map((value, at) => value + part * (target[at]! - value));
    const phi = mismatch(trial);
    if (largest(phi) <= (1 - part / 4) * before) return { v: trial, phi };
  }
  throw noConvergence(`no step from a mismatch of ${before} V lowers it`);
}

interface Linear {
  /** i = slope·v + offset. */
  readonly slope: Float64Array;
  readonly offset: Float64Array;
  readonly sources: Lines;
  readonly senses: Lines;
}

function linearise(v: Float64Array, g: Float64Array, rails: Rails, cell: CellLaw): Linear {
  const slope = new Float64Array(g.length);
  const offset = new Float64Array(g.length);
  for (let at = 0; at < g.length; at++) {
    if (g[at] === 0) continue;
    const siemens = cell.slope(v[at]!, g[at]!);
    if (!(siemens >= 0 && siemens < Infinity))
      throw noConvergence(`a cell of ${g[at]} S at ${v[at]} V has a slope of ${siemens} S`);
    slope[at] = siemens;
    offset[at] = cell.current(v[at]!, g[at]!) - siemens * v[at]!;
  }
  return {
    slope,
    offset,
    sources: chains(slope, rails.sourceSegments, rails.source),
    senses: chains(slope, rails.senseSegments, rails.sense),
  };
}

function solveLinear(
  { slope, offset, sources, senses }: Linear,
  { ports }: Rails,
  maxPasses: number,
  start: Float64Array | undefined,
): { v: Float64Array; c: Float64Array; passes: number } {
  const rho = passBound(sources, senses);
  const { gamma, omega } = chebyshev(rho, 1e-14, maxPasses + 1);
  if (omega.length > maxPasses)
    throw noConvergence(`a pass leaves ${rho} of the error, so ${maxPasses} passes do not suffice`);
  /** Voltages of the source lines, given those of the sense lines. */
  const sourcesAt = (c: Float64Array): Float64Array => {
    const r = slope.map((siemens, at) => siemens * c[at]! - offset[at]!);
    solveLines(sources, r, ports);
    return r;
  };
  const pass = (c: Float64Array): Float64Array => {
    const next = sourcesAt(c);
    for (let at = 0; at < next.length; at++) next[at] = slope[at]! * next[at]! + offset[at]!;
    solveLines(senses, next);
    return next;
  };
  let now = pass(start ?? new Float64Array(slope.length));
  let old = now;
  for (const w of omega) {
    const target = pass(now);
    const next = now.map((c, at) => w * (gamma * (target[at]! - c) + c - old[at]!) + old[at]!);
    old = now;
    now = next;
  }
  return { v: sourcesAt(now).map((r, at) => r - now[at]!), c: now, passes: omega.length + 1 };
}

function noConvergence(what: string): OhmlightError {
  return new OhmlightError(
    'no_convergence',
    `the crossbar's network has no operating point in reach: ${what}. Lower the wire resistance, the rows or columns of a tile, or the input voltage.`,
  );
}
