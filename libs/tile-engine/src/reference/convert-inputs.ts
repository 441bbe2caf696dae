import { type DrawKey, inputUniform } from '../draws/dynamic.js';
import { inputLimit } from '../prepare.js';
import { nearestEven } from '../quantise.js';
import type { InputConverter } from '../readout.js';

const { fround } = Math;

/** A scale outside these bounds is beyond any converter: a row below the least counts as a row of zeros. */
export const SCALE_LEAST = 2 ** -100;
export const SCALE_MOST = 2 ** 100;

/** The activation that code L stands for; 0 for a row that no converter sees. */
export function rowScale(row: Float32Array, { scale }: InputConverter): number {
  let largest = 0;
  for (const value of row) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return 0;
  const chosen =
    scale.kind === 'fixed'
      ? fround(scale.range)
      : scale.kind === 'abs-max'
        ? fround(largest * fround(scale.clip))
        : percentile(row, scale.share);
  return chosen < SCALE_LEAST ? 0 : Math.min(chosen, SCALE_MOST);
}

/** The ⌈share·k⌉-th smallest magnitude. */
function percentile(row: Float32Array, share: number): number {
  const magnitudes = row.map(Math.abs).sort();
  return magnitudes[Math.max(0, Math.ceil(share * row.length) - 1)]!;
}

/** What draws the rounding of a row's inputs; null rounds to nearest. */
export interface RoundingDraws {
  readonly key: DrawKey;
  readonly stream: number;
}

/**
 * DAC codes of the inputs `start … end − 1` of a row: round(x·(L/scale)) in f32, limited to ±L. `halvings` is the
 * round of bound management. Returns how many were beyond ±L.
 */
export function convertRow(
  codes: Int32Array,
  row: Float32Array,
  start: number,
  end: number,
  scale: number,
  bits: number,
  halvings: number,
  draws: RoundingDraws | null,
): number {
  const limit = inputLimit(bits);
  const gain = fround(fround(limit / scale) * 2 ** -halvings);
  let saturated = 0;
  for (let i = start; i < end; i++) {
    const v = fround(row[i]! * gain);
    const code = draws ? Math.floor(fround(v + inputUniform(draws.key, i, draws.stream))) : nearestEven(v);
    if (code > limit || code < -limit) saturated += 1;
    codes[i] = Math.max(-limit, Math.min(limit, code));
  }
  return saturated;
}
