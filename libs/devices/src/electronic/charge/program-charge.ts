import type { ColumnWeights } from '@ohmlight/tile-engine';
import { columnNormals, DOMAIN, NORMALS_PER_CELL, type StaticKey, staticKey } from '../crossbar/cell-draws.js';
import type { ChargeColumn } from './column.js';
import type { Charge } from './parameters.js';

/** Room above a fully driven cell for capacitors that are larger than nominal: one analog unit of the engine. */
export const REACH = 1.0625;

export interface ChargeWeights {
  readonly k: number;
  readonly n: number;
  readonly columnStart: number;
  /** Row-major n × k. */
  readonly weights: Float32Array;
  readonly chipSeed: bigint;
  /** Name of the matrix, which its static draws belong to. */
  readonly matrix: string;
}

/** A shard in its cells. */
export interface ChargeArray {
  /** Columns of an output that are converted apart. */
  readonly slices: number;
  /** Effective weights, mismatch included, found as they are stored: all of them take 4 bytes a cell. */
  readonly weights: ColumnWeights;
  /** The weight of one analog unit, slices × tiles × n; 0 where a column's weights are all 0. */
  readonly fullScale: Float32Array;
  /** Weight that every input has beside its own, tiles × n; null where there is none. */
  readonly offset: Float32Array | null;
}

/**
 * Weights as codes of `weight_bits`, the largest of a column in its tile being 2^(b−1) − 1 steps Δ.
 *
 * Bits: the code in two's complement, a cell for each bit. Ladder: code + 2^(b−1), whose offset Δ·2^(b−1)·Σx is
 * subtracted digitally. A cell's weight is its nominal charge and its own error, times what the column as a whole is
 * short of or beyond: (ΣC + C_par)_nominal/(ΣC + C_par).
 */
export function programCharge(p: Charge, column: ChargeColumn, shard: ChargeWeights): ChargeArray {
  const { k, n, weights } = shard;
  const tiles = Math.ceil(k / p.tile_rows);
  const slices = column.ladder ? 1 : p.weight_bits;
  const middle = 2 ** (p.weight_bits - 1);
  const deltas = new Float64Array(tiles * n);
  const fullScale = new Float32Array(slices * tiles * n);
  const offset = column.ladder ? new Float32Array(tiles * n) : null;
  for (let c = 0; c < n; c++)
    for (let tile = 0, start = 0; start < k; tile++, start += p.tile_rows) {
      const output = tile * n + c;
      const delta = largest(weights, c * k + start, Math.min(p.tile_rows, k - start)) / (middle - 1);
      deltas[output] = delta;
      if (offset) {
        fullScale[output] = delta * 2 * middle * REACH;
        offset[output] = delta * middle;
      } else for (let bit = 0; bit < slices; bit++) fullScale[bit * tiles * n + output] = 2 ** bit * delta * REACH;
    }
  const store = column.ladder ? storeLadders : storeBits;
  const context: Context = {
    p,
    column,
    shard,
    key: staticKey(shard.chipSeed, shard.matrix, DOMAIN.cells),
    normals: new Float32Array(p.tile_rows * NORMALS_PER_CELL),
    codes: new Int32Array(p.tile_rows),
  };
  const write = (into: Float32Array, first: number, count: number): void => {
    for (let c = 0; c < count; c++)
      for (let tile = 0, start = 0; start < k; tile++, start += p.tile_rows) {
        const delta = deltas[tile * n + first + c]!;
        const rows = Math.min(p.tile_rows, k - start);
        const at = c * k + start;
        const apart = count * k;
        if (delta === 0) {
          for (let slice = 0; slice < slices; slice++) into.fill(0, slice * apart + at, slice * apart + at + rows);
          continue;
        }
        const from = (first + c) * k + start;
        const perStep = 1 / delta;
        for (let i = 0; i < rows; i++) context.codes[i] = Math.floor(weights[from + i]! * perStep + 0.5);
        store(context, { c: first + c, start, rows, delta, into, at, apart });
      }
  };
  return { slices, weights: { write }, fullScale, offset };
}

interface Context {
  readonly p: Charge;
  readonly column: ChargeColumn;
  readonly shard: ChargeWeights;
  readonly key: StaticKey;
  readonly normals: Float32Array;
  /** Weights of the column at hand, as codes. */
  readonly codes: Int32Array;
}

/** A column of one tile. */
interface Column {
  readonly c: number;
  readonly start: number;
  readonly rows: number;
  /** Weight of one step. */
  readonly delta: number;
  /** Where its weights go: from `at` on, slices `apart`. */
  readonly into: Float32Array;
  readonly at: number;
  readonly apart: number;
}

function largest(values: Float32Array, from: number, count: number): number {
  let most = 0;
  for (let i = from; i < from + count; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > most) most = magnitude;
  }
  return most;
}

function storeBits(context: Context, { c, start, rows, delta, into, at, apart }: Column): void {
  const { p, key, normals, codes } = context;
  const { sigma, capacitance, settled } = context.column;
  const { columnStart } = context.shard;
  const bits = p.weight_bits;
  for (let bit = 0; bit < bits; bit++) {
    const lane = bit % NORMALS_PER_CELL;
    if (lane === 0) columnNormals(normals, key, columnStart + c, bit / NORMALS_PER_CELL, start, start + rows);
    let excess = 0;
    for (let i = 0, z = lane; i < rows; i++, z += NORMALS_PER_CELL) excess += normals[z]!;
    const significance = 2 ** bit * delta;
    const gain = settled / (1 + (excess * sigma * p.capacitance) / capacitance);
    const one = bit === bits - 1 ? -significance * gain : significance * gain;
    const spread = one * sigma;
    const row = bit * apart + at;
    // A product with the bit and no branch on it: bits are a coin toss.
    for (let i = 0, z = lane; i < rows; i++, z += NORMALS_PER_CELL)
      into[row + i] = ((codes[i]! >> bit) & 1) * (one + spread * normals[z]!);
  }
}

function storeLadders(context: Context, { c, start, rows, delta, into, at }: Column): void {
  const { p, shard, key, normals, codes } = context;
  const { mean, sigma } = context.column.ladder!;
  const middle = 2 ** (p.weight_bits - 1);
  const one = delta * 2 * middle * context.column.settled;
  columnNormals(normals, key, shard.columnStart + c, 0, start, start + rows);
  for (let i = 0; i < rows; i++) {
    const code = codes[i]! + middle;
    into[at + i] = one * (mean[code]! + sigma[code]! * normals[i * NORMALS_PER_CELL]!);
  }
}
