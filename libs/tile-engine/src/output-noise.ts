import { fillGaussians, gaussian, poisson } from './noise.js';
import type { BalancedShotNoise } from './readout.js';
import type { Variances } from './tiles.js';
import { philox4x32Into } from '@ohmlight/contracts';

const { fround } = Math;

/** What names the draws of one row in one tile. */
export interface RowDraws {
  readonly keyLow: number;
  readonly keyHigh: number;
  readonly position: number;
  /** Words 1 of the Gaussian and of the count domain. */
  readonly gaussianWord: number;
  readonly countsWord: number;
  readonly tile: number;
  readonly columnStart: number;
}

/** What the terms of one row in one tile depend on, beside the outputs themselves. */
export interface RowSums {
  /** ‖x‖ in the tile. */
  readonly norm: number;
  /** Σ|w||x| and Σ|w|x² per column; null where no term asks. */
  readonly absProduct: Float32Array | null;
  readonly absPower: Float32Array | null;
}

/** Variance of every output: the sum of the terms. `at` is the tile's first entry in per-output arrays. */
export function sumVariances(
  out: Float32Array,
  terms: Variances,
  at: number,
  analog: Float32Array,
  sums: RowSums,
): void {
  const { constant, inputNorm, signal, rootSignal, absProduct, absPower } = terms;
  const n = out.length;
  out.fill(0);
  if (constant) for (let c = 0; c < n; c++) out[c] = constant[at + c]!;
  if (inputNorm) {
    const power = fround(sums.norm * sums.norm);
    for (let c = 0; c < n; c++) out[c]! += fround(inputNorm[at + c]! * power);
  }
  if (signal) for (let c = 0; c < n; c++) out[c]! += fround(signal[at + c]! * fround(analog[c]! * analog[c]!));
  if (rootSignal) for (let c = 0; c < n; c++) out[c]! += fround(rootSignal[at + c]! * Math.abs(analog[c]!));
  if (absProduct) for (let c = 0; c < n; c++) out[c]! += fround(absProduct[at + c]! * sums.absProduct![c]!);
  if (absPower) for (let c = 0; c < n; c++) out[c]! += fround(absPower[at + c]! * sums.absPower![c]!);
}

const words = new Uint32Array(4);

/**
 * Shot noise of balanced detection. Where both detectors expect many photons it adds ‖w‖²‖x‖²/n to the variance;
 * elsewhere it replaces the output by the difference of two counts, each Poisson or, when large, Gaussian.
 */
export function addShotNoise(
  analog: Float32Array,
  variance: Float32Array,
  shot: BalancedShotNoise,
  weightNorm: Float32Array,
  at: number,
  rows: number,
  norm: number,
  draws: RowDraws,
): void {
  const photons = shot.photonsPerMac * rows;
  const half = photons / 2;
  for (let c = 0; c < analog.length; c++) {
    const full = fround(weightNorm[at + c]! * norm);
    if (full === 0) continue;
    const cosine = Math.max(-1, Math.min(1, analog[c]! / full));
    const plus = half * (1 + cosine);
    const minus = half * (1 - cosine);
    if (plus >= shot.poissonBelow && minus >= shot.poissonBelow) {
      variance[c]! += fround(fround(full * full) / photons);
      continue;
    }
    const { position, countsWord, tile, columnStart, keyLow, keyHigh } = draws;
    philox4x32Into(words, 0, position, countsWord, tile, columnStart + c, keyLow, keyHigh);
    const difference =
      count(plus, shot.poissonBelow, words[0]!, words[1]!) - count(minus, shot.poissonBelow, words[2]!, words[3]!);
    analog[c] = (difference / photons) * full;
  }
}

function count(mean: number, poissonBelow: number, word0: number, word1: number): number {
  if (mean < poissonBelow) return poisson(mean, word0, word1);
  return mean + Math.sqrt(mean) * gaussian(word0, word1);
}

/** Adds one Gaussian of the given variance to every output. */
export function addGaussians(
  analog: Float32Array,
  variance: Float32Array,
  normals: Float32Array,
  draws: RowDraws,
): void {
  const { position, gaussianWord, tile, columnStart, keyLow, keyHigh } = draws;
  fillGaussians(normals, analog.length, columnStart, position, gaussianWord, tile, keyLow, keyHigh);
  for (let c = 0; c < analog.length; c++) analog[c]! += fround(fround(Math.sqrt(variance[c]!)) * normals[c]!);
}
