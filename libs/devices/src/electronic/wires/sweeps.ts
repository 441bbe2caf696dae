import { OhmlightError } from '@ohmlight/contracts';
import { chebyshev } from './chebyshev.js';
import { inputLines, largestDrop, outputLines, type Lines } from './lines.js';
import { reciprocal, reversedTranspose, type Network } from './network.js';

/** Sense nodes that one pass works for: their values lie side by side, so that a pass loads each factor once. */
const BATCH = 4;

/** Beyond these, wires take nearly all of the voltage, and elimination is faster by far. */
const MAX_PASSES = 10_000;

/** Error of the voltages, relative to 1 V, that the passes stop below. */
export const SWEEP_TOLERANCE = 1e-13;

/**
 * Largest eigenvalue, at most, of one pass over all input lines and all output lines; 0 ≤ ρ < 1. A pass takes a
 * voltage on the output lines to what the input lines then put on them. Where all output lines stand at 1 V, an input
 * line takes 1 − profile of it, so the product of both lines' largest drops bounds every row's sum.
 */
export function passBound(inputs: Lines, outputs: Lines): number {
  return largestDrop(inputs) * largestDrop(outputs);
}

/**
 * The effective matrix of `eliminate` by passes over the lines: with sense node j at 1 V and all else at ground,
 *
 *   c = (A_out)⁻¹·D·(A_in)⁻¹·D·c + profile_j,   w_ij = Σ_j' g_ij'·profile_in,ij'·c_ij'
 *
 * where A are the lines alone with the lines across at ground, solved exactly along each. The pass is symmetric in
 * the inner product of A_out with eigenvalues in [0, ρ], so a Chebyshev iteration converges whatever the values, in a
 * number of passes known beforehand. M·N·min(M, N)·14 operations a pass.
 *
 * @param tolerance bound of the error of c, relative to 1 V
 */
export function sweep(network: Network, tolerance = SWEEP_TOLERANCE): Float64Array {
  if (network.rows < network.columns)
    return reversedTranspose(sweep(reciprocal(network), tolerance), network.columns, network.rows);
  const { g, rows, columns } = network;
  const inputs = inputLines(network);
  const outputs = outputLines(network);
  const rho = passBound(inputs, outputs);
  const { gamma, omega } = chebyshev(rho, tolerance, MAX_PASSES + 1);
  if (omega.length > MAX_PASSES)
    throw new OhmlightError(
      'no_convergence',
      `a pass over the lines leaves ${rho} of the error, so ${MAX_PASSES} do not suffice: solve by elimination`,
    );
  const weights = g.map((value, at) => value * inputs.profile[at]!);
  const effective = new Float64Array(rows * columns);
  let now = new Float64Array(rows * columns * BATCH);
  let next = new Float64Array(rows * columns * BATCH);
  const arriving = new Float64Array(rows * columns * BATCH);
  for (let first = 0; first < columns; first += BATCH) {
    now.fill(0);
    next.fill(0);
    for (let b = 0; b < BATCH && first + b < columns; b++)
      for (let i = 0; i < rows; i++) {
        const at = i * columns + first + b;
        next[at * BATCH + b] = now[at * BATCH + b] = outputs.profile[at]!;
      }
    for (const w of omega) {
      pass(network, inputs, outputs, first, now, next, arriving, gamma, w);
      [now, next] = [next, now];
    }
    collect(weights, now, rows, columns, first, effective);
  }
  return effective;
}

/** next ← ω·(γ·(T(now) − now) + now − next) + next; sense nodes first … first + 3 are at 1 V. */
function pass(
  { g, rows, columns }: Network,
  inputs: Lines,
  outputs: Lines,
  first: number,
  now: Float64Array,
  next: Float64Array,
  arriving: Float64Array,
  gamma: number,
  omega: number,
): void {
  for (let i = 0; i < rows; i++) {
    driveInput(i * columns, columns, g, inputs, now, arriving);
    if (i > 0) passOn((i - 1) * columns, columns, outputs.ratio, arriving);
  }
  const below = new Float64Array(columns * BATCH);
  for (let b = 0; b < BATCH && first + b < columns; b++) below[(first + b) * BATCH + b] = 1;
  for (let i = rows - 1; i >= 0; i--)
    settleRow(i * columns, columns, outputs, arriving, below, now, next, omega * gamma, omega);
}

/** Voltages of one input line, its driver at ground, as the currents g·v that it puts into the output lines. */
function driveInput(
  start: number,
  columns: number,
  g: Float64Array,
  { ratio, rise }: Lines,
  c: Float64Array,
  out: Float64Array,
): void {
  let v0 = 0;
  let v1 = 0;
  let v2 = 0;
  let v3 = 0;
  let passed = 0;
  for (let cell = start + columns - 1; cell >= start; cell--) {
    const at = cell * BATCH;
    const conductance = g[cell]!;
    v0 = conductance * c[at]! + passed * v0;
    v1 = conductance * c[at + 1]! + passed * v1;
    v2 = conductance * c[at + 2]! + passed * v2;
    v3 = conductance * c[at + 3]! + passed * v3;
    out[at] = v0;
    out[at + 1] = v1;
    out[at + 2] = v2;
    out[at + 3] = v3;
    passed = ratio[cell]!;
  }
  v0 = v1 = v2 = v3 = 0;
  for (let cell = start; cell < start + columns; cell++) {
    const at = cell * BATCH;
    const conductance = g[cell]!;
    const r = ratio[cell]!;
    const up = rise[cell]!;
    v0 = r * v0 + up * out[at]!;
    v1 = r * v1 + up * out[at + 1]!;
    v2 = r * v2 + up * out[at + 2]!;
    v3 = r * v3 + up * out[at + 3]!;
    out[at] = conductance * v0;
    out[at + 1] = conductance * v1;
    out[at + 2] = conductance * v2;
    out[at + 3] = conductance * v3;
  }
}

/** Currents that arrived at the row at `start` pass on to the row after it. */
function passOn(start: number, columns: number, ratio: Float64Array, arriving: Float64Array): void {
  const width = columns * BATCH;
  for (let cell = start; cell < start + columns; cell++) {
    const passed = ratio[cell]!;
    const at = cell * BATCH;
    arriving[at + width]! += passed * arriving[at]!;
    arriving[at + width + 1]! += passed * arriving[at + 1]!;
    arriving[at + width + 2]! += passed * arriving[at + 2]!;
    arriving[at + width + 3]! += passed * arriving[at + 3]!;
  }
}

/** Output lines' voltages at one row, from those below it, and the iteration's step towards them. */
function settleRow(
  start: number,
  columns: number,
  { ratio, rise }: Lines,
  arriving: Float64Array,
  below: Float64Array,
  now: Float64Array,
  next: Float64Array,
  a: number,
  omega: number,
): void {
  for (let j = 0; j < columns; j++) {
    const r = ratio[start + j]!;
    const up = rise[start + j]!;
    const at = (start + j) * BATCH;
    const line = j * BATCH;
    const v0 = r * below[line]! + up * arriving[at]!;
    const v1 = r * below[line + 1]! + up * arriving[at + 1]!;
    const v2 = r * below[line + 2]! + up * arriving[at + 2]!;
    const v3 = r * below[line + 3]! + up * arriving[at + 3]!;
    below[line] = v0;
    below[line + 1] = v1;
    below[line + 2] = v2;
    below[line + 3] = v3;
    next[at] = a * (v0 - now[at]!) + omega * (now[at]! - next[at]!) + next[at]!;
    next[at + 1] = a * (v1 - now[at + 1]!) + omega * (now[at + 1]! - next[at + 1]!) + next[at + 1]!;
    next[at + 2] = a * (v2 - now[at + 2]!) + omega * (now[at + 2]! - next[at + 2]!) + next[at + 2]!;
    next[at + 3] = a * (v3 - now[at + 3]!) + omega * (now[at + 3]! - next[at + 3]!) + next[at + 3]!;
  }
}

/** w_ij of the batch's sense nodes. */
function collect(
  weights: Float64Array,
  c: Float64Array,
  rows: number,
  columns: number,
  first: number,
  effective: Float64Array,
): void {
  const sums = new Float64Array(BATCH);
  for (let i = 0; i < rows; i++) {
    sums.fill(0);
    for (let j = 0; j < columns; j++) {
      const cell = i * columns + j;
      for (let b = 0; b < BATCH; b++) sums[b]! += weights[cell]! * c[cell * BATCH + b]!;
    }
    for (let b = 0; b < BATCH && first + b < columns; b++) effective[i * columns + first + b] = sums[b]!;
  }
}
