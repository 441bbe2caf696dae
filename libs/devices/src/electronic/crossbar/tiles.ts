import type { DigitWeights } from '@ohmlight/tile-engine';
import type { Frame } from './parameters.js';

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
  /** Effective weights, slices × n × k; empty where `digits` has them. */
  readonly weights: Float32Array;
  /** Effective weights of single sliced cells that rest. */
  readonly digits: DigitWeights | null;
  /** Weight that one analog unit stands for, slices × tiles × n; 0 where all weights are 0. */
  readonly fullScale: Float32Array;
  /** √ of the mean variance of a read over a column's cells, analog units, slices × tiles × n. */
  readonly readNoise: Float32Array;
  /** Σ of the conductances that an output collects, S, slices × tiles × n. */
  readonly columnConductance: Float32Array;
  /** Σ of the conductances on an input line, S; of lines that float, what it shows in the mean over integration_time. */
  readonly rowConductance: Float64Array;
  /** Weight that every input has beside its own in an output, tiles × n; null where there is none. */
  readonly offset: Float32Array | null;
  /** Σ |weight|, tiles × n: what a measurement of drift reads; 0 where single sliced cells rest. */
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

/** The tiles of a shard. */
export function* blocksOf(p: Frame, { k, n }: ShardWeights): Generator<Block> {
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
