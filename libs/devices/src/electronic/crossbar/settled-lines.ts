import { exp } from '@ohmlight/tile-engine';
import type { Frame } from './parameters.js';

/** Seconds in which a line of capacitance C, F, behind a conductance S, siemens, comes within half a step of b bits. */
export const settlingTime = (bits: number, capacitance: number, conductance: number): number =>
  ((bits + 1) * Math.LN2 * capacitance) / conductance;

/** Seconds for which word lines are open, where the slowest of their output lines has a conductance of `slowest`, S. */
export const openTime = (p: Frame, slowest: number): number =>
  Math.min(p.integration_time, settlingTime(p.settling_bits, p.line_capacitance, slowest));

/** Part of a time of u time constants for which a settling line has been away from where it stood: 1 − (1 − e^−u)/u. */
export const awayShare = (u: number): number => (u < 1e-6 ? u / 2 : 1 - (1 - exp(-u)) / u);

/** The pairs of a tile, column by column: conductances of their devices at [c·rows + i], S. */
export interface Pairs {
  readonly rows: number;
  readonly columns: number;
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/**
 * What the lines of a tile draw where outputs are voltages (`sense`: voltage). The devices g± of a pair take ±v_i to one
 * output line that floats, of capacitance C, from rest until the word lines close after T:
 *
 *     V_j(t) = V_j·(1 − e^(−t/τ_j))    V_j = Σ_i D_ij·v_i/S_j    τ_j = C/S_j
 *     G = g⁺ + g⁻    D = g⁺ − g⁻    S_j = Σ_i G_ij
 *     drawn  = Σ_i v_i·∫ current = T·(Σ_i G_ij·v_i² − h(T/τ_j)·S_j·V_j²)    h(u) = 1 − (1 − e^−u)/u
 *            = T·Σ_i (g⁺_ij·(v_i − V_j)² + g⁻_ij·(v_i + V_j)²) + C·V_j²·(1 − e^(−T/τ_j))
 *
 * cells and line together; with T ≪ τ_j the line is a virtual ground. A word line opens an input's cells on all lines,
 * so that T is what the slowest line with a weight takes, at most integration_time.
 *
 * V_j² holds products of inputs. They are 0 where one line is driven and average out where signs are independent: each
 * input is booked T·(G_ij − h·D_ij²/S_j)·v_i².
 *
 * @param weighted whether an output has a weight: one without is waited for by none
 * @param onLine takes, added, the mean over integration_time of the conductance that each input line shows, S
 */
export function addSettled(
  p: Frame,
  { rows, columns, positive, negative }: Pairs,
  weighted: (column: number) => boolean,
  onLine: Float64Array,
): void {
  const sums = new Float64Array(columns);
  let slowest = Infinity;
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let at = c * rows; at < (c + 1) * rows; at++) sum += positive[at]! + negative[at]!;
    sums[c] = sum;
    if (weighted(c)) slowest = Math.min(slowest, sum);
  }
  if (!(slowest < Infinity)) return;
  const open = openTime(p, slowest);
  const share = open / p.integration_time;
  for (let c = 0; c < columns; c++) {
    const sum = sums[c]!;
    if (sum === 0) continue;
    const away = awayShare((open * sum) / p.line_capacitance) / sum;
    for (let i = 0, at = c * rows; i < rows; i++, at++) {
      const difference = positive[at]! - negative[at]!;
      const seen = positive[at]! + negative[at]! - away * difference * difference;
      onLine[i] = onLine[i]! + share * seen;
    }
  }
}
