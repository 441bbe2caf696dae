import { OhmlightError } from '@ohmlight/contracts';
import { transmission } from '../common/link-budget.js';
import { contrast, lightOfRails, type Rails, railsOf } from '../common/rails.js';
import { PER_CELL, staticDraws } from '../common/static-draws.js';
import { type ArrayWeights, columnTiles, quantised, tilesOf } from '../common/tiles.js';
import { DETECTOR_BANK, type Freespace } from './parameters.js';

export interface FreespaceWeights {
  readonly weights: Float32Array;
  readonly fullScale: Float32Array;
  /** Σ of an input's light at both detectors, over that of one open pixel, times the column's scale. */
  readonly magnitudes: Float32Array | undefined;
  /** Weight beside every input's own, tiles × n; of the offset encoding. */
  readonly offset: Float32Array | undefined;
}

export const railsOfProfile = (p: Pick<Freespace, 'extinction_ratio' | 'leak'>): Rails => ({
  dark: transmission(p.extinction_ratio),
  leak: p.leak,
});

/** The engine's analog unit in full products: room for gains, for neighbours' light and for the dark pixels' sum. */
export const reachOf = (p: Freespace): number =>
  p.weight_encoding === 'offset'
    ? 2 * (1 + transmission(p.extinction_ratio)) * spareOf(p)
    : Math.max(spareOf(p), 1 + transmission(p.extinction_ratio));

/** 1 for arrays without error. */
function spareOf(p: Freespace): number {
  const spread = Math.hypot(p.input_gain_spread, 2 * p.output_gain_spread, 2 * p.pixel_spread);
  return 1 + 4 * spread + p.crosstalk * p.crosstalk_trim;
}

/**
 * Freezes what the pixels of a shard do. With gains g± of an output's detectors and h of an input:
 *
 * dual rail   D_ij = (g⁺·P_ij − g⁻·Q_ij)/κ, and h_j times what crosstalk c leaves of it: (1 − c)·D_i + c/2·(D_i−1 + D_i+1)
 * offset      W_ij = g·h_j·(1 + v_ij) + what a shut pixel lets through; the offset is the nominal one
 *
 * Errors are added to the weights: without any, weights are what they were, to the bit.
 */
export function programFreespace(p: Freespace, shard: ArrayWeights): FreespaceWeights {
  const { k, n, weights } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const rails = railsOfProfile(p);
  const reach = reachOf(p);
  const fullScale = new Float32Array(tiles * n);
  const levels = new Float32Array(n * k);
  const errors = erring(p, shard, rails, levels, fullScale);
  const held = new Float32Array(n * k);
  const offsets = p.weight_encoding === 'offset' ? new Float32Array(tiles * n) : undefined;
  const magnitudes = offsets ? undefined : new Float32Array(n * k);
  const part = p.crosstalk * p.crosstalk_trim;
  if (part > 0 && shard.columnStart % DETECTOR_BANK !== 0)
    throw new OhmlightError(
      'invalid_shard',
      `a shard with cross-talk starts on a multiple of ${DETECTOR_BANK} columns, a bank of detectors, not on ${shard.columnStart}`,
    );
  for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    if (largest === 0) continue;
    const bank = Math.floor(column / DETECTOR_BANK);
    const below = column > 0 && Math.floor((column - 1) / DETECTOR_BANK) === bank ? (column - 1) * k : -1;
    const above = column + 1 < n && Math.floor((column + 1) / DETECTOR_BANK) === bank ? (column + 1) * k : -1;
    const seen = (at: number): number => levels[at]! + (errors ? errors[at]! : 0);
    let light = 0;
    for (let i = start, at = column * k + start; i < end; i++, at++) {
      let error = errors ? errors[at]! : 0;
      if (part > 0) {
        const neighbours = (below < 0 ? 0 : seen(below + i)) + (above < 0 ? 0 : seen(above + i));
        error += part * (neighbours / 2 - seen(at));
      }
      const exact = p.weight_bits === 0 ? weights[at]! : largest * levels[at]!;
      held[at] = error === 0 ? exact : exact + largest * error;
      if (!magnitudes) continue;
      magnitudes[at] = largest * lightOfRails(levels[at]!, rails);
      light += magnitudes[at]!;
    }
    if (magnitudes && p.variance === 'rank1')
      magnitudes.fill(light / (end - start), column * k + start, column * k + end);
    if (offsets) {
      // κ·v/2 + ε + (1 − ε)/2, in units of κ/2.
      const offset = largest * (1 + (2 * rails.dark) / (1 - rails.dark));
      offsets[output] = offset;
      if (p.input_bits > 0) for (let i = column * k + start; i < column * k + end; i++) held[i]! += offset;
    }
    fullScale[output] = largest * reach;
  }
  return { weights: held, fullScale, magnitudes, offset: offsets };
}

/** Writes the levels v of all pixels; returns the error of each, D − v, or null where there is none. */
function erring(
  p: Freespace,
  shard: ArrayWeights,
  rails: Rails,
  levels: Float32Array,
  fullScale: Float32Array,
): Float32Array | null {
  const { k, n, weights } = shard;
  const { input_gain_spread: inputs, output_gain_spread: outputs, pixel_spread: pixels } = p;
  const exact = inputs === 0 && outputs === 0 && pixels === 0;
  const errors = exact ? null : new Float32Array(n * k);
  const draws = staticDraws(shard);
  const brightness = Float64Array.from({ length: k }, (_, i) => (inputs > 0 ? inputs * draws.input(i)[0]! : 0));
  const perContrast = 1 / contrast(rails);
  const offset = p.weight_encoding === 'offset';
  for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    fullScale[output] = largest;
    if (largest === 0) continue;
    const gains = errors ? draws.output(column) : null;
    const plus = gains ? outputs * gains[0]! : 0;
    const minus = gains ? outputs * gains[1]! : 0;
    const z = errors && pixels > 0 ? draws.cells(column, start, end) : null;
    for (let i = start, at = column * k + start; i < end; i++, at++) {
      const v = quantised(weights[at]! / largest, p.weight_bits);
      levels[at] = v;
      if (!errors) continue;
      const own = z ? pixels * z[(i - start) * PER_CELL]! : 0;
      const other = z ? pixels * z[(i - start) * PER_CELL + 1]! : 0;
      let error: number;
      if (offset) error = plus * (1 + v) + 2 * own;
      else {
        const [light, dark] = railsOf(v, rails);
        error = (plus * light - minus * dark + own - other) * perContrast;
      }
      errors[at] = error + brightness[i]! * (v + (offset ? 1 : 0) + error);
    }
  }
  return errors;
}
