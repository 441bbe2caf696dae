import { silu } from '@ohmlight/tile-engine';
import { columnNormals, NORMALS_PER_CELL, type StaticKey } from '../crossbar/cell-draws.js';
import type { Chain } from './parameters.js';
import type { FfnWeights } from '../../ffn-weights.js';

/** Full scales of a chain, in the units of the model. */
export interface ChainRanges {
  /** Activation of the largest DAC code. */
  readonly input: number;
  /** Pre-activations at which the gate's and the up's amplifiers limit. */
  readonly gate: number;
  readonly up: number;
  /** Hidden value that drives a line of the second array fully. */
  readonly hidden: number;
  /** Largest magnitude of each output of each tile of the second array, tiles × columns, margin included. */
  readonly outputs: Float32Array;
}

/** Key of the rows that ranges are set by: the same for every chip, matrix and profile. */
const ROWS_KEY: StaticKey = [0, 0, 0, 0];

/** Least range: of weights that are all zero. */
const LEAST = 1e-6;

/**
 * Ranges from the weights: the largest values that `range_rows` rows of independent Gaussian inputs of
 * root mean square `input_rms` reach, times their margins. Inputs beyond the DAC's range and hidden values beyond
 * theirs are limited, as in the circuit.
 */
export function rangesOf(
  p: Chain,
  { inner, columns, gateUp, down }: FfnWeights,
  k: number,
  tileRows: number,
  inputRange: number = p.input_range,
): ChainRanges {
  const { range_rows: rows } = p;
  const hidden = new Float32Array(rows * inner);
  let gate = LEAST;
  let up = LEAST;
  let most = LEAST;
  const x = new Float32Array(k);
  const normals = new Float32Array(k * NORMALS_PER_CELL);
  for (let row = 0; row < rows; row++) {
    columnNormals(normals, ROWS_KEY, row, 0, 0, k);
    for (let i = 0; i < k; i++)
      x[i] = Math.max(-inputRange, Math.min(inputRange, p.input_rms * normals[i * NORMALS_PER_CELL]!));
    for (let i = 0; i < inner; i++) {
      const g = dot(gateUp, i * k, x, 0, k);
      const u = dot(gateUp, (inner + i) * k, x, 0, k);
      const h = silu(g) * u;
      hidden[row * inner + i] = h;
      gate = Math.max(gate, Math.abs(g));
      up = Math.max(up, Math.abs(u));
      most = Math.max(most, Math.abs(h));
    }
  }
  const range = p.hidden_margin * most;
  for (let i = 0; i < hidden.length; i++) hidden[i] = Math.max(-range, Math.min(range, hidden[i]!));
  const tiles = Math.ceil(inner / tileRows);
  const outputs = new Float32Array(tiles * columns);
  for (let tile = 0; tile < tiles; tile++) {
    const start = tile * tileRows;
    const count = Math.min(tileRows, inner - start);
    for (let c = 0; c < columns; c++) {
      let largest = 0;
      for (let row = 0; row < rows; row++)
        largest = Math.max(largest, Math.abs(dot(down, c * inner + start, hidden, row * inner + start, count)));
      outputs[tile * columns + c] = p.adc_margin * largest;
    }
  }
  return { input: inputRange, gate: p.port_margin * gate, up: p.port_margin * up, hidden: range, outputs };
}

function dot(a: Float32Array, from: number, b: Float32Array, at: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[from + i]! * b[at + i]!;
  return sum;
}
