import { type Separated, type SeparableTerm } from './cell-law.js';
import type { WeightStore } from './storage.js';
import type { Tree } from './tree.js';

/** An array of multipliers and its summing tree, as physics: what both kinds of profiles come down to. */
export interface GilbertArray {
  readonly tileRows: number;
  readonly separated: Separated;
  /** Gain that brings the law to x·w, as it was set at 300 K. */
  readonly gain: number;
  readonly weightBits: number;
  readonly store: WeightStore;
  /** Standard deviations of a cell, parts of full scale. */
  readonly offsetX: number;
  readonly offsetW: number;
  readonly gainSpread: number;
  readonly nodeSpread: number;
  /** Parts that calibration leaves. */
  readonly weightTrim: number;
  readonly outputTrim: number;
  readonly tree: Tree;
  readonly fanIn: number;
  readonly inputBits: number;
  readonly inputClip: number;
  readonly adcBits: number;
  readonly adcRange: number;
  /** Columns of multipliers that are used for every block of the matrix; 0 where each weight has one of its own. */
  readonly sharedColumns: number;
}

/** Lines of the engine for one tile: each term of every input, and one that is always driven. */
export const linesOf = (separated: Separated, rows: number): number => separated.terms.length * rows + 1;

/** Slope of a term at 0: what an offset of the input port is worth. */
export function slopeAtZero({ x }: SeparableTerm): number {
  const step = 1e-4;
  return (x(step) - x(-step)) / (2 * step);
}
