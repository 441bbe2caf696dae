import { exp, ln } from '@ohmlight/tile-engine';
import type { Cell } from './cell.js';

/** Points of a table per g_max; linear between them. */
const POINTS = 1024;
/** Tables reach this many g_max; beyond it their last value holds. One analog unit of the engine is REACH · g_max. */
export const REACH = 1.25;
const LAST = POINTS * REACH;

/** Writes g(t), S, and σ_read², S², of a device to `out`, from its target and its normals of programming and of time. */
export type Trajectory = (out: Float64Array, target: number, programming: number, time: number) => void;

function table(gMax: number, f: (g: number) => number): Float64Array {
  return Float64Array.from({ length: LAST + 2 }, (_, i) => f((Math.min(i, LAST) / POINTS) * gMax));
}

/** Tabulates a cell's laws at age t: the trajectories of its devices, cut there. */
export function trajectoryAt(cell: Cell, gMax: number, t: number, temperatureFactor: number): Trajectory {
  const perSiemens = POINTS / gMax;
  const sigma = table(gMax, (g) => cell.programmingSigma(g, t));
  const read = table(gMax, (g) => cell.readSigma(g, t));
  const at = (values: Float64Array, g: number): number => {
    const place = Math.min(LAST, g * perSiemens);
    const i = place | 0;
    return values[i]! + (values[i + 1]! - values[i]!) * (place - i);
  };
  const finish = (out: Float64Array, programmed: number, now: number): void => {
    const noise = programmed > 0 ? (at(read, programmed) * now) / programmed : 0;
    out[0] = now * temperatureFactor;
    out[1] = noise * noise;
  };
  const { drift, shift, limits: [least, greatest] = [0, Infinity] } = cell;
  if (drift) {
    const mean = table(gMax, (g) => drift.exponent(g).mean);
    const spread = table(gMax, (g) => drift.exponent(g).sigma);
    const ages = ln((t + drift.t0) / drift.t0);
    return (out, target, programming, time) => {
      const g = Math.max(0, target + at(sigma, target) * programming);
      const nu = Math.abs(at(mean, target) + at(spread, target) * time);
      finish(out, g, ages > 0 ? g * exp(-nu * ages) : g);
    };
  }
  if (shift) {
    const mean = table(gMax, (g) => shift(g, t).mean);
    const spread = table(gMax, (g) => shift(g, t).sigma);
    return (out, target, programming, time) => {
      const g = Math.max(0, target + at(sigma, target) * programming);
      finish(out, g, Math.max(least, Math.min(greatest, g + at(mean, target) + at(spread, target) * time)));
    };
  }
  return (out, target, programming) => {
    const g = Math.max(0, target + at(sigma, target) * programming);
    finish(out, g, g);
  };
}
