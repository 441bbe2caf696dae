import type { Conditions } from '@ohmlight/contracts';
import { type Ageing, timesOf } from '../../ageing.js';
import type { CrossbarArray } from './array.js';
import type { Cell } from './cell.js';
import { compensated } from './compensation.js';
import type { Frame } from './parameters.js';
import type { ArrayState } from './tiles.js';

/** Whether the cells of an array are other ones later: their conductance, its spread or the noise of its reads. */
export const drifts = (p: Frame, cell: Cell): boolean =>
  p.cell === 'physical' && (cell.drift !== undefined || cell.shift !== undefined);

/** What time does to arrays of a frame with a technology's cells. */
export function ageingOf(p: Frame, cell: Cell): Ageing | undefined {
  if (!drifts(p, cell)) return undefined;
  return {
    readTime: p.read_time,
    compensated: p.compensation !== 'none',
    recalibrationInterval: p.recalibration_interval,
  };
}

/** An age of an array: when it is read, and when drift was last measured. */
export interface ArrayAge {
  /** Equal names are equal arrays. */
  readonly name: string;
  readonly t: number;
  readonly calibratedAt: number;
}

/** The age that conditions ask for; arrays whose cells stay as they are have a single one. */
export function arrayAge(p: Frame, cell: Cell, conditions: Conditions): ArrayAge {
  const ageing = ageingOf(p, cell) ?? { readTime: 0, compensated: false, recalibrationInterval: 0 };
  const { deviceTime, calibratedAt } = timesOf(ageing, conditions);
  if (!drifts(p, cell)) return { name: '', t: p.read_time, calibratedAt: 0 };
  const measured = ageing.compensated ? calibratedAt : 0;
  return { name: `${deviceTime}/${measured}`, t: deviceTime, calibratedAt: measured };
}

/** What a fresh array reads, which drift is measured against; empty where none is. */
export const freshSums = (p: Frame, cell: Cell, array: CrossbarArray): Float64Array =>
  ageingOf(p, cell)?.compensated ? array.fresh() : new Float64Array();

/** An array at an age, with what its last measurement of drift divides out. */
export function stateAt(
  p: Frame,
  array: CrossbarArray,
  fresh: Float64Array,
  k: number,
  n: number,
  { t, calibratedAt }: ArrayAge,
): ArrayState {
  const state = array.at(t);
  if (fresh.length === 0) return state;
  const measured = calibratedAt === t ? state : array.at(calibratedAt);
  return compensated(p, state, fresh, measured.columnSums, array, k, n);
}
