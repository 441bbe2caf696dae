import type { CellLaw } from '@ohmlight/devices/electronic';
import { spaced } from '../statistics.js';
import type { MeasuredCell } from './cell.js';

const SIDE = 61;
const AXIS = spaced(-1, 1, SIDE);

/** Values of a law on a grid of both ports, the weight along rows. */
export const surface = (law: CellLaw): Float64Array =>
  Float64Array.from({ length: SIDE * SIDE }, (_, at) => law(AXIS[at % SIDE]!, AXIS[Math.floor(at / SIDE)]!));

/** Differences of a measured cell, in parts of full scale: from tanh·tanh, and from x·w at the law's gain. */
export function deviations(cell: MeasuredCell, bipolar: CellLaw) {
  const full = cell.nominal(1, 1);
  const bipolarFull = bipolar(1, 1);
  return {
    fromLaw: surface((x, w) => (cell.output(x, w) - cell.nominal(x, w)) / full),
    fromTanh: surface((x, w) => cell.output(x, w) / full - bipolar(x, w) / bipolarFull),
    fromProduct: surface((x, w) => cell.output(x, w) * cell.gain - x * w),
  };
}
