import { BlockReader } from './block-reader.js';
import { type Cell, EXACT } from './cell.js';
import { type Mapping, mappingOf } from './mapping.js';
import type { Frame } from './parameters.js';
import { countPulses, type PulseCount } from './pulses.js';

/** The weights of a shard, and where it stands in its matrix and on its chip. */
export interface ShardWeights {
  readonly k: number;
  readonly n: number;
  readonly columnStart: number;
  /** Row-major n × k. */
  readonly weights: Float32Array;
  readonly chipSeed: bigint;
  /** Name of the matrix, which its static draws belong to. */
  readonly matrix: string;
}

/** A shard's devices at one age. One analog unit is a weight of REACH · g_max. */
export interface ArrayState {
  /** Effective weights, slices × n × k. */
  readonly weights: Float32Array;
  /** Weight that one analog unit stands for, slices × tiles × n; 0 where all weights are 0. */
  readonly fullScale: Float32Array;
  /** √ of the mean variance of a read over a column's cells, analog units, slices × tiles × n. */
  readonly readNoise: Float32Array;
  /** Σ of the conductances that an output collects, S, slices × tiles × n. */
  readonly columnConductance: Float32Array;
  /** Σ of the conductances on an input line, S. */
  readonly rowConductance: Float64Array;
  /** Weight that every input has beside its own in an output, tiles × n; null where there is none. */
  readonly offset: Float32Array | null;
  /** Σ |weight|, tiles × n: what a measurement of drift reads. */
  readonly columnSums: Float64Array;
}

/** The cells of one tile. */
export interface Block {
  readonly tile: number;
  /** First input, and inputs. */
  readonly start: number;
  readonly rows: number;
  /** First output of the shard, and outputs. */
  readonly first: number;
  readonly columns: number;
}

/** A shard's array: its devices' trajectories follow from weights, parameters and chip alone. */
export interface CrossbarArray {
  readonly mapping: Mapping;
  readonly tiles: number;
  /** The array at age t, in seconds since programming: the same for the same t. */
  at(t: number): ArrayState;
  /** Pulses that programming the array takes. */
  pulses(): PulseCount;
}

export function crossbarArray(p: Frame, cell: Cell, shard: ShardWeights): CrossbarArray {
  const mapping = mappingOf(p);
  const tiles = Math.ceil(shard.k / p.tile_rows);
  return {
    mapping,
    tiles,
    pulses: () => countPulses(p, mapping, shard, blocksOf(p, shard)),
    at(t) {
      const state = emptyState(p, mapping, tiles, shard);
      const reader = new BlockReader(p, p.cell === 'exact' ? EXACT : cell, mapping, shard, t, state);
      for (const block of blocksOf(p, shard)) reader.read(block);
      return state;
    },
  };
}

function emptyState(p: Frame, { slices }: Mapping, tiles: number, { k, n }: ShardWeights): ArrayState {
  return {
    weights: new Float32Array(slices * n * k),
    fullScale: new Float32Array(slices * tiles * n),
    readNoise: new Float32Array(slices * tiles * n),
    columnConductance: new Float32Array(slices * tiles * n),
    rowConductance: new Float64Array(k),
    offset: p.weight_scheme === 'offset-digital' ? new Float32Array(tiles * n) : null,
    columnSums: new Float64Array(tiles * n),
  };
}

function* blocksOf(p: Frame, { k, n }: ShardWeights): Generator<Block> {
  for (let first = 0; first < n; first += p.tile_columns)
    for (let start = 0, tile = 0; start < k; start += p.tile_rows, tile++)
      yield {
        tile,
        start,
        rows: Math.min(p.tile_rows, k - start),
        first,
        columns: Math.min(p.tile_columns, n - first),
      };
}

/** The weight that takes the whole range, per column: the largest of the column in its tile, or of the whole tile. */
export function scalesOf(p: Frame, { k, weights }: ShardWeights, block: Block): Float64Array {
  const scales = new Float64Array(block.columns);
  let most = 0;
  for (let c = 0; c < block.columns; c++) {
    const from = (block.first + c) * k + block.start;
    let largest = 0;
    for (let at = from; at < from + block.rows; at++) {
      const magnitude = Math.abs(weights[at]!);
      if (magnitude > largest) largest = magnitude;
    }
    scales[c] = largest;
    if (largest > most) most = largest;
  }
  return p.weight_scale === 'tile' ? scales.fill(most) : scales;
}
