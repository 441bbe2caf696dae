import { columnNormals, DOMAIN, NORMALS_PER_CELL, type StaticKey, staticKey } from '../crossbar/cell-draws.js';
import { type GilbertArray, linesOf, slopeAtZero } from './array.js';
import { storedWeight } from './storage.js';
import { tabulated } from './tabulated.js';

export interface GilbertWeights {
  readonly k: number;
  readonly n: number;
  readonly columnStart: number;
  /** Row-major n × k. */
  readonly weights: Float32Array;
  readonly chipSeed: bigint;
  /** Name of the matrix, which its static draws belong to. */
  readonly matrix: string;
  /** The weight at full scale: of each column in its tile, unless one is given for all. */
  readonly fullScale?: number;
}

/** A shard in its multipliers, in lines of the engine. */
export interface ProgrammedGilbert {
  /** Inputs of the engine, and of one of its tiles. */
  readonly lines: number;
  readonly tileLines: number;
  /** n × lines. */
  readonly weights: Float32Array;
  /** Tiles × n. */
  readonly fullScale: Float32Array;
  /** Engine units in one full product, tiles × n; 0 where a column's weights are all 0. */
  readonly perProduct: Float32Array;
}

/**
 * Normals of a cell and of what it hangs on, four to a slice of draws.
 *
 * | slice | normals |
 * |---|---|
 * | 0 | of a cell: tolerance or kT/C of its weight, offset of its input, of its weight, gain |
 * | 1 | of a cell: leakage |
 * | 2 | of a tile's first cell: offset of the tree |
 * | 3 + ⌊level/4⌋ | of a node's first cell: gain of the node of that level |
 */
export const SLICE = { cell: 0, leak: 1, tree: 2, nodes: 3 } as const;

/** Freezes a shard's static errors into effective weights at an age, in seconds since the weights were written. */
export function programGilbert(array: GilbertArray, shard: GilbertWeights, age: number): ProgrammedGilbert {
  const { k, n } = shard;
  const { tileRows, separated } = array;
  const tiles = Math.ceil(k / tileRows);
  const tileLines = linesOf(separated, tileRows);
  const lines = (tiles - 1) * tileLines + linesOf(separated, k - (tiles - 1) * tileRows);
  const out: ProgrammedGilbert = {
    lines,
    tileLines,
    weights: new Float32Array(n * lines),
    fullScale: new Float32Array(tiles * n),
    perProduct: new Float32Array(tiles * n),
  };
  const writer = new ColumnWriter(array, shard, age, out);
  for (let column = 0; column < n; column++)
    for (let tile = 0; tile < tiles; tile++) writer.write(column, tile, Math.min(tileRows, k - tile * tileRows));
  return out;
}

class ColumnWriter {
  readonly #key: StaticKey;
  readonly #slopes: readonly number[];
  readonly #laws: readonly ((w: number) => number)[];
  readonly #cells: Float32Array;
  readonly #leaks: Float32Array;
  readonly #draws: Float32Array;
  readonly #paths: Float64Array;

  constructor(
    readonly array: GilbertArray,
    readonly shard: GilbertWeights,
    readonly age: number,
    readonly out: ProgrammedGilbert,
  ) {
    this.#key = staticKey(shard.chipSeed, array.sharedColumns > 0 ? 'board' : shard.matrix, DOMAIN.cells);
    this.#slopes = array.separated.terms.map(slopeAtZero);
    this.#laws = array.separated.terms.map(({ w }) => tabulated(w));
    this.#cells = new Float32Array(array.tileRows * NORMALS_PER_CELL);
    this.#leaks = new Float32Array(array.tileRows * NORMALS_PER_CELL);
    this.#draws = new Float32Array(array.tileRows * NORMALS_PER_CELL);
    this.#paths = new Float64Array(array.tileRows);
  }

  write(column: number, tile: number, rows: number): void {
    const { array, shard, age, out } = this;
    const laws = this.#laws;
    const from = column * shard.k + tile * array.tileRows;
    const delta = shard.fullScale ?? largest(shard.weights, from, rows);
    if (delta === 0) return;
    this.#draw(column, tile, rows);
    const z = this.#cells;
    const steps = 2 ** (array.weightBits - 1) - 1;
    const perWeight = steps / delta;
    const { store, weightTrim } = array;
    const offsetW = weightTrim * array.offsetW;
    const spread = weightTrim * array.gainSpread;
    const paths = this.#paths;
    const gain = array.gain * (1 - (1 - array.tree.gain) * array.outputTrim);
    const at = column * out.lines + tile * out.tileLines;
    let bias = 0;
    let most = 0;
    for (let i = 0; i < rows; i++) {
      const level = Math.floor(shard.weights[from + i]! * perWeight + 0.5) / steps;
      const w = storedWeight(store, level, age, weightTrim * z[4 * i]!, this.#leaks[4 * i]!) + offsetW * z[4 * i + 2]!;
      const factor = gain * paths[i]! * (1 + spread * z[4 * i + 3]!);
      const offset = array.offsetX * z[4 * i + 1]!;
      for (let term = 0; term < laws.length; term++) {
        const value = factor * laws[term]!(w);
        out.weights[at + term * rows + i] = value * delta;
        bias += offset * this.#slopes[term]! * value;
        if (Math.abs(value) > most) most = Math.abs(value);
      }
    }
    bias = array.outputTrim * (bias + array.tree.offset * this.#treeOffset(column, tile));
    out.weights[at + laws.length * rows] = bias * delta;
    const full = Math.max(most, Math.abs(bias));
    const output = tile * shard.n + column;
    out.fullScale[output] = full * delta;
    out.perProduct[output] = full > 0 ? 1 / full : 0;
  }

  /** Where a column's cells stand on the chip. */
  #place(column: number, tile: number): [column: number, start: number] {
    const { array, shard } = this;
    const global = shard.columnStart + column;
    return array.sharedColumns > 0 ? [global % array.sharedColumns, 0] : [global, tile * array.tileRows];
  }

  #draw(column: number, tile: number, rows: number): void {
    const { array } = this;
    const [place, start] = this.#place(column, tile);
    columnNormals(this.#cells, this.#key, place, SLICE.cell, start, start + rows);
    if (array.store.kind === 'capacitor') columnNormals(this.#leaks, this.#key, place, SLICE.leak, start, start + rows);
    const paths = this.#paths.fill(1);
    if (array.nodeSpread === 0) return;
    const { levels } = array.tree;
    for (let level = 0; level < levels.length; level++) {
      if (level % NORMALS_PER_CELL === 0)
        columnNormals(this.#draws, this.#key, place, SLICE.nodes + level / NORMALS_PER_CELL, start, start + rows);
      const { span } = levels[level]!;
      // The root's gain is the output's: calibration takes its part out.
      const spread = array.nodeSpread * (level === levels.length - 1 ? array.outputTrim : 1);
      for (let first = 0; first < rows; first += span) {
        const gain = 1 + spread * this.#draws[NORMALS_PER_CELL * first + (level % NORMALS_PER_CELL)]!;
        for (let i = first; i < Math.min(rows, first + span); i++) paths[i]! *= gain;
      }
    }
  }

  #treeOffset(column: number, tile: number): number {
    const [place, start] = this.#place(column, tile);
    columnNormals(this.#draws, this.#key, place, SLICE.tree, start, start + 1);
    return this.#draws[0]!;
  }
}

function largest(values: Float32Array, from: number, count: number): number {
  let most = 0;
  for (let at = from; at < from + count; at++) {
    const magnitude = Math.abs(values[at]!);
    if (magnitude > most) most = magnitude;
  }
  return most;
}
