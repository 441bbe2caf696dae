import type { RowBatch } from '@ohmlight/contracts';
import { inputLimit } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import { tilesOf } from '../common/tiles.js';
import type { Ddot } from './parameters.js';

/**
 * What unbalanced couplers add to outputs, in output units: ½Σ_j ε_j·(v_j² − x_j²) of every tile, times its scales. It is
 * added behind the converter: whose rounding does not see it.
 */
export function imbalanceAddendum(
  p: Ddot,
  k: number,
  n: number,
  epsilon: Float64Array,
  /** Σ ε_j·v_j² and the weight of an analog unit, tiles × n. */
  weightPower: Float64Array,
  fullScale: Float32Array,
  { inputRange }: Calibration,
): (y: Float32Array, batch: RowBatch) => void {
  const tiles = tilesOf(k, p.tile_rows);
  const limit = inputLimit(p.input_bits);
  return (y, { rows, x }) => {
    for (let row = 0; row < rows; row++) {
      let largest = 0;
      for (let i = row * k; i < row * k + k; i++) largest = Math.max(largest, Math.abs(x[i]!));
      if (largest === 0) continue;
      const scale = inputRange ?? largest * p.input_clip;
      for (let tile = 0; tile < tiles; tile++) {
        const start = tile * p.tile_rows;
        const end = Math.min(k, start + p.tile_rows);
        let power = 0;
        for (let j = start; j < end; j++) {
          const code = Math.min(limit, Math.round((Math.abs(x[row * k + j]!) / scale) * limit)) / limit;
          power += epsilon[(j - start) % p.wavelengths]! * code * code;
        }
        for (let column = 0; column < n; column++) {
          const at = tile * n + column;
          y[row * n + column]! += 0.5 * scale * fullScale[at]! * (weightPower[at]! - power);
        }
      }
    }
  };
}
