import { exp, ln } from '@ohmlight/tile-engine';
import type { Cell } from './cell.js';
import { NORMALS_PER_CELL } from './cell-draws.js';

/** Points of a table per g_max; linear between them. */
const POINTS = 1024;
/** Tables reach this many g_max; beyond it their last value holds. One analog unit of the engine is REACH · g_max. */
export const REACH = 1.25;
const LAST = POINTS * REACH;

/** e^−x by table and three terms of its series: 2.5e-9, for exponents up to 8. */
const DECAY_STEPS = 64;
const DECAY_REACH = 8;
const DECAY = Float64Array.from({ length: DECAY_STEPS * DECAY_REACH + 1 }, (_, i) => exp(-i / DECAY_STEPS));

/** Devices of a tile, column by column. */
export interface Devices {
  /** Target, and conductance at the age in question, S. */
  readonly target: Float64Array;
  readonly g: Float64Array;
  /** σ_read², S². */
  readonly variance: Float64Array;
}

/**
 * Brings the devices `from` … `from + count − 1` to an age. `z` has the normals of their cells, NORMALS_PER_CELL each;
 * `which` is a device's number in its cell.
 */
export type Trajectory = (devices: Devices, from: number, count: number, z: Float32Array, which: number) => void;

function table(gMax: number, f: (g: number) => number): Float64Array {
  return Float64Array.from({ length: LAST + 2 }, (_, i) => f((Math.min(i, LAST) / POINTS) * gMax));
}

/** Tabulates a cell's laws at age t: the trajectories of its devices, cut there. */
export function trajectoryAt(cell: Cell, gMax: number, t: number, temperatureFactor: number): Trajectory {
  const perSiemens = POINTS / gMax;
  const sigma = table(gMax, (g) => cell.programmingSigma(g, t));
  const read = table(gMax, (g) => cell.readSigma(g, t));
  const [least, greatest] = cell.limits ?? [0, Infinity];
  // What time does to a device: a shift of its conductance, or an exponent of its decay.
  const { drift } = cell;
  const ages = drift ? ln((t + drift.t0) / drift.t0) : 0;
  const mean = table(gMax, (g) => (drift ? drift.exponent(g).mean * ages : (cell.shift?.(g, t).mean ?? 0)));
  const spread = table(gMax, (g) => (drift ? drift.exponent(g).sigma * ages : (cell.shift?.(g, t).sigma ?? 0)));
  const decays = drift !== undefined;

  return ({ target: targets, g, variance }, from, count, z, which) => {
    for (let i = 0, at = from, draw = which; i < count; i++, at++, draw += NORMALS_PER_CELL) {
      const target = targets[at]!;
      let place = target * perSiemens;
      if (place > LAST) place = LAST;
      let cut = place | 0;
      const share = place - cut;
      const s = sigma[cut]!;
      let programmed = target + (s + (sigma[cut + 1]! - s) * share) * z[draw]!;
      if (programmed < 0) programmed = 0;
      const m = mean[cut]!;
      const d = spread[cut]!;
      const change = m + (mean[cut + 1]! - m) * share + (d + (spread[cut + 1]! - d) * share) * z[draw + 2]!;
      let now: number;
      if (decays) {
        const x = Math.min(DECAY_REACH, Math.abs(change));
        const step = (x * DECAY_STEPS) | 0;
        const rest = x - step / DECAY_STEPS;
        now = programmed * DECAY[step]! * (1 - rest * (1 - rest * (0.5 - rest / 6)));
      } else {
        now = programmed + change;
        if (now < least) now = least;
        else if (now > greatest) now = greatest;
      }
      // Decay scales a device's noise with it; a shift makes it a device of another conductance.
      place = (decays ? programmed : now) * perSiemens;
      if (place > LAST) place = LAST;
      cut = place | 0;
      const r = read[cut]!;
      let noise = r + (read[cut + 1]! - r) * (place - cut);
      if (decays) noise = programmed > 0 ? (noise * now) / programmed : 0;
      g[at] = now * temperatureFactor;
      variance[at] = noise * noise;
    }
  };
}
