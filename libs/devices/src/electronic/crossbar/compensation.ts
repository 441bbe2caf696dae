import type { CrossbarArray } from './array.js';
import type { Frame } from './parameters.js';
import type { ArrayState } from './tiles.js';

/**
 * Divides drift out of the outputs: their scale is multiplied by α = c(0)/c(t_cal), where c is the mean magnitude of
 * what one-hot inputs read (Σ|w| over a tile's columns for `global`, over one column for `column`).
 */
export function compensated(
  p: Frame,
  state: ArrayState,
  fresh: Float64Array,
  measured: Float64Array,
  { tiles, mapping }: CrossbarArray,
  k: number,
  n: number,
): ArrayState {
  const { weights, fullScale } = state;
  const group = p.compensation === 'column' ? 1 : p.tile_columns;
  for (let tile = 0; tile < tiles; tile++)
    for (let first = 0; first < n; first += group) {
      const last = Math.min(n, first + group);
      let before = 0;
      let now = 0;
      for (let c = first; c < last; c++) {
        before += fresh[tile * n + c]!;
        now += measured[tile * n + c]!;
      }
      if (!(now > 0)) continue;
      const alpha = before / now;
      for (let slice = 0; slice < mapping.slices; slice++)
        for (let c = first; c < last; c++) {
          fullScale[(slice * tiles + tile) * n + c]! *= alpha;
          const row = (slice * n + c) * k;
          const end = row + Math.min(k, (tile + 1) * p.tile_rows);
          for (let i = row + tile * p.tile_rows; i < end; i++) weights[i]! *= alpha;
        }
    }
  return state;
}
