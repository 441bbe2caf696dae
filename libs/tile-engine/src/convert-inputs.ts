import type { RowBatch } from '@ohmlight/contracts';
import type { InputConverter } from './readout.js';
import { inputLimit, nearestEven } from './tiles.js';

export interface InputCodes {
  /** DAC codes, row-major rows × k, as f64: the integer product runs on them. */
  readonly codes: Float64Array;
  /** The activation that one analog unit stands for, per row; 0 for a row of zeros. */
  readonly scales: Float32Array;
  readonly saturated: number;
}

/** DAC codes of a batch: `code = round(x/scale · L)` in f32, half to even, limited to ±L. */
export function convertInputs(converter: InputConverter, { rows, x }: RowBatch, k: number): InputCodes {
  const limit = inputLimit(converter.bits);
  const codes = new Float64Array(rows * k);
  const scales = new Float32Array(rows);
  let saturated = 0;
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * k;
    let largest = 0;
    for (let i = row * k; i < end; i++) {
      const magnitude = Math.abs(x[i]!);
      if (magnitude > largest) largest = magnitude;
    }
    if (largest === 0) continue;
    scales[row] = converter.scale.kind === 'fixed' ? converter.scale.range : largest * converter.scale.clip;
    const scale = scales[row]!;
    // A scale below the least f32 leaves a row that no converter sees.
    if (scale === 0) continue;
    for (let i = row * k; i < end; i++) {
      const v = Math.fround(Math.fround(x[i]! / scale) * limit);
      const code = nearestEven(v > 1e9 ? 1e9 : v < -1e9 ? -1e9 : v);
      if (code > limit || code < -limit) saturated += 1;
      codes[i] = code > limit ? limit : code < -limit ? -limit : code;
    }
  }
  return { codes, scales, saturated };
}
