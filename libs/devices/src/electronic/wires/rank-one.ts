import { inputLines, outputLines } from './lines.js';
import { networkOf, type Network, type Wires } from './network.js';

/**
 * Effective matrix with the drops of average lines, one profile for all inputs and one for all outputs:
 *
 *   w_ij ≈ g_ij·a_j·b_i     a = (I + R_in·diag(ḡ_j))⁻¹·1,  ḡ_j the mean of column j
 *                           b = (I + R_out·diag(ḡ_i))⁻¹·1, ḡ_i the mean of row i
 *
 * R_in, R_out are the resistances that two cells of a line share on their way to its port. One product per cell. What
 * it leaves out: that lines differ (0.25 of the largest drop, for differential pairs), and that currents of all inputs
 * together lift the output lines (0.4 of the product of the largest drops, for inputs of one sign).
 *
 * @param g siemens, row-major rows × columns
 * @param into where the result goes, a new array if left out; may be g itself
 * @returns siemens, rows × columns
 */
export function rankOne(
  g: Float64Array,
  rows: number,
  columns: number,
  wires: Wires,
  into?: Float64Array,
): Float64Array {
  return rankOneOf(networkOf(g, rows, columns, wires), into);
}

export function rankOneOf(
  { g, rows, columns, s, t }: Network,
  into: Float64Array = new Float64Array(g.length),
): Float64Array {
  const meanOfColumn = new Float64Array(columns);
  const meanOfRow = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      const value = g[i * columns + j]!;
      sum += value;
      meanOfColumn[j]! += value;
    }
    meanOfRow[i] = sum / columns;
  }
  for (let j = 0; j < columns; j++) meanOfColumn[j]! /= rows;
  const a = inputLines({ g: meanOfColumn, rows: 1, columns, s, t: new Float64Array(1) }).profile;
  const b = outputLines({ g: meanOfRow, rows, columns: 1, s: new Float64Array(1), t }).profile;
  for (let i = 0; i < rows; i++) {
    const down = b[i]!;
    for (let j = 0; j < columns; j++) into[i * columns + j] = g[i * columns + j]! * (a[j]! * down);
  }
  return into;
}
