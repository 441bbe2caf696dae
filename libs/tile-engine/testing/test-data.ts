import { random, type Random } from './random.js';

/** What weights look like: `extreme` are ±full scale alone, `sparse` has whole columns of zeros, `beyond` clips. */
export const WEIGHT_KINDS = ['even', 'gaussian', 'extreme', 'sparse', 'beyond'] as const;
export type WeightKind = (typeof WEIGHT_KINDS)[number];

/** What rows look like: `mixed` draws a kind for each row, zeros among them. */
const PURE_KINDS = ['even', 'gaussian', 'extreme', 'ties', 'sparse', 'outlier'] as const;
export const ROW_KINDS = [...PURE_KINDS, 'mixed', 'mixed'] as const;
type PureKind = (typeof PURE_KINDS)[number];
export type RowKind = (typeof ROW_KINDS)[number];

const pick = <T>(draw: Random, values: readonly T[]): T => values[Math.floor(draw.uniform() * values.length)]!;
const even = (draw: Random): number => 2 * draw.uniform() - 1;

/** Weights slices × n × k, and a full scale for each slice, tile and column: 0 where all weights of it are, and elsewhere. */
export function drawWeights(
  kind: WeightKind,
  { k, n, tileRows, slices }: { k: number; n: number; tileRows: number; slices: number },
  seed: number,
): { weights: Float32Array; fullScale: Float32Array } {
  const draw = random(seed);
  const tiles = Math.ceil(k / tileRows);
  const weights = new Float32Array(slices * n * k);
  const fullScale = new Float32Array(slices * tiles * n);
  for (let slice = 0; slice < slices; slice++)
    for (let column = 0; column < n; column++) {
      const dark = kind === 'sparse' && draw.uniform() < 0.2;
      for (let tile = 0; tile < tiles; tile++) {
        const size = pick(draw, [1, 0.15, 3.7]);
        let largest = 0;
        for (let i = tile * tileRows; i < Math.min(k, (tile + 1) * tileRows); i++) {
          const value = dark ? 0 : size * weight(kind, draw);
          weights[(slice * n + column) * k + i] = value;
          largest = Math.max(largest, Math.abs(value));
        }
        // A few are not programmed at all, whatever their weights.
        const share = draw.uniform() < 0.06 ? 0 : kind === 'beyond' ? 0.6 : 1;
        fullScale[(slice * tiles + tile) * n + column] = largest * share;
      }
    }
  return { weights, fullScale };
}

function weight(kind: WeightKind, draw: Random): number {
  switch (kind) {
    case 'even':
      return even(draw);
    case 'gaussian':
    case 'beyond':
      return draw.gaussian();
    case 'extreme':
      return draw.uniform() < 0.5 ? -1 : 1;
    case 'sparse':
      return draw.uniform() < 0.7 ? 0 : even(draw);
  }
}

/** Rows × k. `magnitudes` gives each row a power of two of its own, from below the least f32 to near the greatest. */
export function drawRows(kind: RowKind, rows: number, k: number, magnitudes: boolean, seed: number): Float32Array {
  const draw = random(seed);
  const x = new Float32Array(rows * k);
  for (let row = 0; row < rows; row++) {
    const own: PureKind | 'zeros' = kind === 'mixed' ? pick(draw, [...PURE_KINDS, 'zeros' as const]) : kind;
    const size = magnitudes && draw.uniform() < 0.7 ? 2 ** Math.round(127 - 276 * draw.uniform()) : 2;
    for (let i = 0; i < k; i++) x[row * k + i] = Math.max(-3e38, Math.min(3e38, size * activation(own, draw, i)));
  }
  return x;
}

function activation(kind: PureKind | 'zeros', draw: Random, i: number): number {
  switch (kind) {
    case 'even':
      return even(draw);
    case 'gaussian':
      return draw.gaussian();
    case 'extreme':
      return draw.uniform() < 0.5 ? -1 : 1;
    case 'ties':
      // Halves of codes for a scale that is a power of two over L, and exact codes between them.
      return Math.round(even(draw) * 256) / 256;
    case 'sparse':
      return draw.uniform() < 0.8 ? 0 : even(draw);
    case 'outlier':
      return i === 0 ? 40 : even(draw) / 4;
    case 'zeros':
      return draw.uniform() < 0.5 ? 0 : -0;
  }
}
