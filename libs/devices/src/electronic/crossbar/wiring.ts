import { effectiveMatrix } from '../wires/effective-matrix.js';
import { rankOne } from '../wires/rank-one.js';
import type { Frame } from './parameters.js';

/** Cells of a tile up to which `auto` solves exactly. */
const EXACT_CELLS = 256 * 256;

/**
 * Replaces a tile's conductances, column by column g[c·rows + i], by the effective ones behind its wires. Each plane
 * of devices has lines of its own, and is solved at every age it is read at.
 */
export function wired(p: Frame, g: Float64Array, rows: number, columns: number): void {
  const wires = { inputSegment: p.wire_input_resistance, outputSegment: p.wire_output_resistance };
  if (p.wire_model === 'none' || (wires.inputSegment === 0 && wires.outputSegment === 0)) return;
  const byInput = new Float64Array(rows * columns);
  for (let c = 0; c < columns; c++) for (let i = 0; i < rows; i++) byInput[i * columns + c] = g[c * rows + i]!;
  const exact = p.wire_model === 'exact' || (p.wire_model === 'auto' && rows * columns <= EXACT_CELLS);
  const effective = (exact ? effectiveMatrix : rankOne)(byInput, rows, columns, wires);
  for (let c = 0; c < columns; c++) for (let i = 0; i < rows; i++) g[c * rows + i] = effective[i * columns + c]!;
}
