import type { StaticSource } from '@ohmlight/tile-engine';
import type { CrossbarParameters } from './parameters.js';
import type { ValuesOf } from '../../profile/quantity.js';
import { BulkPairs } from './device-pairs.js';

/** A shard after programming, error frozen into it. */
export interface ProgrammedArray {
  /** Effective weights (g⁺ − g⁻)·scale, row-major n × k. */
  readonly weights: Float32Array;
  /** Weight that a conductance difference of g_max stands for, tiles × n; 0 where all weights are 0. */
  readonly fullScale: Float32Array;
  /** √(mean of σ_read(g⁺)² + σ_read(g⁻)² over the tile's inputs)/g_max, tiles × n. */
  readonly readNoise: Float32Array;
  /** Σ over the shard's outputs of g⁺ + g⁻, per input, in siemens. */
  readonly rowConductance: Float64Array;
}

/**
 * Maps weights on differential pairs and programs them. In every tile a column's largest weight takes the whole
 * range: g± = g_min + (g_max − g_min)·max(±w, 0)/max|w|. Each device then misses its target by
 * σ_prog·ξ, and stays within 0 … g_max.
 */
export function programCrossbar(
  p: ValuesOf<CrossbarParameters>,
  weights: Float32Array,
  k: number,
  n: number,
  columnStart: number,
  source: StaticSource,
): ProgrammedArray {
  const { tile_rows, g_min, g_max } = p;
  const tiles = Math.ceil(k / tile_rows);
  const effective = new Float32Array(n * k);
  const fullScale = new Float32Array(tiles * n);
  const readNoise = new Float32Array(tiles * n);
  const rowConductance = new Float64Array(k);
  const pairs = new BulkPairs(p, source, Math.min(k, tile_rows));
  try {
    for (let tile = 0; tile < tiles; tile++) {
      const start = tile * tile_rows;
      const count = Math.min(k - start, tile_rows);
      const rows = pairs.rows.subarray(0, count).fill(0);
      for (let column = 0; column < n; column++) {
        const from = column * k + start;
        const own = weights.subarray(from, from + count);
        const largest = largestMagnitude(own);
        fullScale[tile * n + column] = (largest / (g_max - g_min)) * g_max;
        if (largest === 0) {
          for (let i = 0; i < count; i++) rows[i]! += 2 * g_min;
          continue;
        }
        const variance = pairs.program({
          weights: own,
          effective: effective.subarray(from, from + count),
          input: start,
          column: columnStart + column,
          largest,
        });
        readNoise[tile * n + column] = Math.sqrt(variance / count) / g_max;
      }
      rowConductance.set(rows, start);
    }
  } finally {
    pairs.close();
  }
  return { weights: effective, fullScale, readNoise, rowConductance };
}

function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}
