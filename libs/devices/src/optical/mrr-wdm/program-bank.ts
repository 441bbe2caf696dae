import type { Times } from '../../ageing.js';
import { cosine, sine } from '../common/angles.js';
import { PER_CELL, staticDraws } from '../common/static-draws.js';
import { type ArrayWeights, columnTiles, quantised, tilesOf } from '../common/tiles.js';
import { detuningSigma, phaseOf, ringOf, weightRange } from './bank.js';
import { leak, Leaks, leakSum } from './crosstalk.js';
import type { MrrWdm } from './parameters.js';
import { temperatureChanges } from './temperature.js';

export interface BankWeights {
  readonly weights: Float32Array;
  readonly fullScale: Float32Array;
  /** T_drop + T_through of each ring, times the column's scale. */
  readonly magnitudes: Float32Array;
  /** Its sum over the inputs of an output, tiles × n, without the scale. */
  readonly columnLight: Float32Array;
}

/** Standard deviation of a weight as locked, in parts of the range: the range −1 … 1 in 2^lock_bits. */
export const lockSigma = (p: Pick<MrrWdm, 'lock_bits'>): number => (p.lock_bits === 0 ? 0 : 2 / 2 ** p.lock_bits);

/** Steepest change of a weight with its detuning, per width of the resonance: Lorentzian, 3√3/4 of the whole swing. */
const steepest = (p: MrrWdm): number => (((3 * Math.sqrt(3)) / 4) * (ringOf(p).weight(1) + 1)) / weightRange(p);

/** The engine's analog unit in full products: room for lock errors, drift and neighbours' light. */
export const reachOf = (p: MrrWdm): number =>
  1 + 6 * Math.hypot(lockSigma(p), Math.SQRT2 * detuningSigma(p) * steepest(p)) + leaksOf(p);

const leaksOf = (p: MrrWdm): number => p.crosstalk_trim * leakSum(p.tile_rows, ringOf(p).finesse);

/**
 * Freezes what the rings of a shard do: weights as locked, detuned by what the temperature of their bank has changed since
 * the last lock, and the neighbours' share of every wavelength.
 */
export function programBank(p: MrrWdm, shard: ArrayWeights, { deviceTime, calibratedAt }: Times): BankWeights {
  const { k, n, weights } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const ring = ringOf(p);
  const range = weightRange(p);
  const lock = lockSigma(p);
  const draws = lock > 0 ? staticDraws(shard) : null;
  const sigma = detuningSigma(p);
  const change = sigma > 0 ? temperatureChanges(shard, p.temperature_time) : null;
  const leaks =
    leaksOf(p) > 0 ? new Leaks(p.tile_rows, (d) => p.crosstalk_trim * leak(d, p.tile_rows, ring.finesse)) : null;
  const reach = reachOf(p);
  const held = weights.slice();
  const fullScale = new Float32Array(tiles * n);
  const magnitudes = new Float32Array(n * k);
  const columnLight = new Float32Array(tiles * n);
  const levels = new Float64Array(p.tile_rows);
  const errors = new Float64Array(p.tile_rows);
  /** Locks the rings of a bank, `at` the first one's weight and z[zAt] its normal; returns the light of all. */
  const program = (
    at: number,
    length: number,
    largest: number,
    shift: number,
    z: Float32Array | undefined,
    zAt: number,
  ): number => {
    const along = cosine(shift);
    const across = sine(shift);
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const v = quantised(weights[at + i]! / largest, p.weight_bits);
      const c = ring.cosineOf(range * v);
      const drop = ring.drop(c);
      const through = ring.through(c);
      let error = z ? lock * z[zAt + i * PER_CELL]! : 0;
      if (shift !== 0) {
        const detuned = c * along - Math.sqrt(1 - c * c) * across;
        error += (ring.weight(detuned) - (drop - through)) / range;
      }
      levels[i] = v;
      errors[i] = error;
      const light = drop + through;
      magnitudes[at + i] = largest * light;
      sum = Math.fround(sum + light);
    }
    leaks?.addTo(errors, levels, length);
    for (let i = 0; i < length; i++)
      if (p.weight_bits > 0 || errors[i] !== 0) held[at + i] = largest * (levels[i]! + errors[i]!);
    return sum;
  };
  let z: Float32Array | undefined;
  for (const { column, tile, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    fullScale[output] = largest * reach;
    // A bank has few rings: normals are drawn for a whole column of them.
    if (tile === 0) z = draws?.cells(column, 0, k);
    if (largest === 0) continue;
    const detuning = change ? sigma * change(column, tile, calibratedAt, deviceTime) : 0;
    const shift = phaseOf(ring, detuning);
    columnLight[output] = program(column * k + start, end - start, largest, shift, z, start * PER_CELL);
  }
  return { weights: held, fullScale, magnitudes, columnLight };
}
