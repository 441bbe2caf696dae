import { gaussianPair, type StaticSource } from '@ohmlight/tile-engine';
import type { CrossbarParameters } from './parameters.js';
import type { ValuesOf } from '../../profile/quantity.js';
import { deviceStatistics } from './conductance.js';

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
  const statistics = deviceStatistics(p);
  const tiles = Math.ceil(k / tile_rows);
  const effective = new Float32Array(n * k);
  const fullScale = new Float32Array(tiles * n);
  const readNoise = new Float32Array(tiles * n);
  const rowConductance = new Float64Array(k);
  const words = new Uint32Array(4);
  const xi = new Float64Array(2);
  const range = g_max - g_min;
  const program = (target: number, error: number): number =>
    Math.max(0, Math.min(g_max, target + statistics.programmingSigma(target) * error));

  for (let tile = 0; tile < tiles; tile++) {
    const start = tile * tile_rows;
    const end = Math.min(k, start + tile_rows);
    for (let column = 0; column < n; column++) {
      const largest = largestMagnitude(weights, column * k + start, column * k + end);
      const unit = largest / range;
      fullScale[tile * n + column] = unit * g_max;
      let noise = 0;
      for (let input = start; input < end; input++) {
        if (largest === 0) {
          rowConductance[input]! += 2 * g_min;
          continue;
        }
        const share = (weights[column * k + input]! / largest) * range;
        source.cell(words, input, columnStart + column);
        gaussianPair(xi, words[0]!, words[1]!);
        const plus = program(g_min + Math.max(share, 0), xi[0]!);
        const minus = program(g_min + Math.max(-share, 0), xi[1]!);
        effective[column * k + input] = (plus - minus) * unit;
        noise += statistics.readSigma(plus) ** 2 + statistics.readSigma(minus) ** 2;
        rowConductance[input]! += plus + minus;
      }
      readNoise[tile * n + column] = Math.sqrt(noise / (end - start)) / g_max;
    }
  }
  return { weights: effective, fullScale, readNoise, rowConductance };
}

function largestMagnitude(values: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}
