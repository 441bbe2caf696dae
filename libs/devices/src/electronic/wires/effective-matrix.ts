import { chebyshev } from './chebyshev.js';
import { eliminate } from './elimination.js';
import { lineFormOf } from './line-form.js';
import { inputLines, outputLines } from './lines.js';
import { interleavedNetwork, networkOf, wireless, type Network, type Wires } from './network.js';
import { passBound, sweep, SWEEP_TOLERANCE } from './sweeps.js';

/** How an effective matrix was computed; both are exact, and which is faster follows from size and resistance. */
export type ExactMethod = 'sweeps' | 'elimination';

/** Multiplications of the elimination that take the time of one operation on a cell in a pass; test/bench/wires.ts. */
const PASS_COST = 10;

/**
 * Effective conductance matrix of a crossbar with resistive wires: entry (i, j) is the current into sense node j per
 * volt on driver i. Exact where cells and wires are linear and the input line sources the current, so that
 * y = Wᵀ·x holds for every x.
 *
 * @param g siemens, row-major rows × columns: g_ij joins input i to output j
 * @param wires ohms; with all of them 0 the result is g
 * @returns siemens, rows × columns, f64; entries are within 1e-12 of the largest
 * @throws OhmlightError invalid_value, for a size, conductance or resistance that cannot be
 */
export function effectiveMatrix(
  g: Float64Array,
  rows: number,
  columns: number,
  wires: Wires,
  method?: ExactMethod,
): Float64Array {
  return solveExactly(networkOf(g, rows, columns, wires), method);
}

/**
 * Signed effective matrix of differential pairs on shared summation lines, where currents cancel locally: the current
 * into sense node j per volt on the drivers of pair i, +1 V at g⁺ and −1 V at g⁻.
 *
 * @param form `lineForm` in place of the exact solution, for large tiles
 */
export function interleavedMatrix(
  plus: Float64Array,
  minus: Float64Array,
  rows: number,
  columns: number,
  wires: Wires,
  form: 'exact' | 'line-form' = 'exact',
): Float64Array {
  const network = interleavedNetwork(plus, minus, rows, columns, wires);
  const both = form === 'exact' ? solveExactly(network) : lineFormOf(network);
  const signed = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      signed[i * columns + j] = both[2 * i * columns + j]! - both[(2 * i + 1) * columns + j]!;
  return signed;
}

export function solveExactly(network: Network, method: ExactMethod = fasterMethod(network)): Float64Array {
  if (wireless(network)) return network.g.slice();
  return method === 'sweeps' ? sweep(network) : eliminate(network);
}

/**
 * Sweeps take rows·columns·min(rows, columns)·passes, elimination as many times (rows + columns)/2: beyond
 * (rows + columns)/20 passes elimination is faster.
 */
export function fasterMethod(network: Network): ExactMethod {
  const { rows, columns } = network;
  const limit = (rows + columns) / (2 * PASS_COST);
  const passes = chebyshev(passBound(inputLines(network), outputLines(network)), SWEEP_TOLERANCE, limit + 1).omega;
  return passes.length <= limit ? 'sweeps' : 'elimination';
}
