import { exp, ln } from '@ohmlight/tile-engine';
import type { Address, ProgrammingKernels } from '@ohmlight/tile-engine/programming';
import { bulk } from './bulk.js';
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

/** A tile's devices in the kernels' memory. */
export interface BulkDevices extends Devices {
  readonly addresses: { readonly target: Address; readonly g: Address; readonly variance: Address };
}

/** Room for `size` devices; given back with the kernels' next `reset`. */
export function bulkDevices(kernels: ProgrammingKernels, size: number): BulkDevices {
  // The kernels go by twos.
  const [target, g, variance] = [kernels.doubles(size + 1), kernels.doubles(size + 1), kernels.doubles(size + 1)];
  // What stood there before: an odd device's neighbour is read, and noise is written only where there is some.
  target.values.fill(0);
  variance.values.fill(0);
  return {
    target: target.values,
    g: g.values,
    variance: variance.values,
    addresses: { target: target.address, g: g.address, variance: variance.address },
  };
}

const table = (gMax: number, f: (g: number) => number): Float64Array =>
  Float64Array.from({ length: LAST + 2 }, (_, i) => f((Math.min(i, LAST) / POINTS) * gMax));

/** Values of several functions at a point and their rises to the next, side by side: a device reads one cache line. */
function interleaved(...columns: readonly Float64Array[]): Float64Array {
  const width = 2 * columns.length;
  const rows = new Float64Array(width * (LAST + 1));
  for (let i = 0; i <= LAST; i++)
    for (const [c, values] of columns.entries()) {
      rows[width * i + 2 * c] = values[i]!;
      rows[width * i + 2 * c + 1] = values[i + 1]! - values[i]!;
    }
  return rows;
}

const isZero = (values: Float64Array): boolean => values.every((value) => value === 0);

/** Part of g_max below which the relative noise of a read stays what it is there. */
const LEAST_PART = 1e-6;

/** A cell's laws at one age, tabulated over targets: all that its devices' trajectories are there. */
export interface CutLaws {
  /** Devices decay, shift, or rest on their targets. */
  readonly kind: 'decay' | 'shift' | 'rest';
  /** Whether devices differ from their targets, so that normals are read. */
  readonly draws: boolean;
  readonly perSiemens: number;
  readonly temperatureFactor: number;
  /** σ_prog, mean and spread of what time does, interleaved. */
  readonly rows: Float64Array;
  /** σ_read by conductance, or its part of the conductance where devices decay; null where there is none. */
  readonly reads: Float64Array | null;
  /** Whether time decays, or spreads, devices. */
  readonly ages: boolean;
  readonly limits: readonly [number, number];
}

/** @param noise whether the noise of a read is asked for; without it variances stay as they are */
export function lawsAt(cell: Cell, gMax: number, t: number, temperatureFactor: number, noise = true): CutLaws {
  const { drift } = cell;
  // What time does to a device: a shift of its conductance, or an exponent of its decay.
  const age = drift ? ln((t + drift.t0) / drift.t0) : 0;
  const sigma = table(gMax, (g) => cell.programmingSigma(g, t));
  const mean = table(gMax, (g) => (drift ? drift.exponent(g).mean * age : (cell.shift?.(g, t).mean ?? 0)));
  const spread = table(gMax, (g) => (drift ? drift.exponent(g).sigma * age : (cell.shift?.(g, t).sigma ?? 0)));
  const read = table(gMax, (g) => {
    if (!noise) return 0;
    // Decay scales a device's noise with it: the noise's part of a conductance is tabulated.
    const least = Math.max(g, gMax * LEAST_PART);
    return drift ? cell.readSigma(least, t) / least : cell.readSigma(g, t);
  });
  const limits = cell.limits ?? [0, Infinity];
  const draws = drift !== undefined || !isZero(sigma) || !isZero(spread);
  const moves = draws || !isZero(mean) || limits[0] > 0 || limits[1] < Infinity;
  return {
    kind: drift ? 'decay' : moves ? 'shift' : 'rest',
    draws,
    perSiemens: POINTS / gMax,
    temperatureFactor,
    rows: interleaved(sigma, mean, spread),
    reads: isZero(read) ? null : interleaved(read),
    ages: drift ? age > 0 : !isZero(spread),
    limits,
  };
}

/**
 * Brings the devices `from` … `from + count − 1` to the age of the laws. `z` has the normals of their cells,
 * NORMALS_PER_CELL each; `which` is a device's number in its cell.
 *
 * The reference of the kernels, which do the same by twos. max(0, x) is written (x + |x|)/2, which takes no branch: the
 * sign of a device next to 0 is a coin toss.
 */
export function bring(
  laws: CutLaws,
  { target: targets, g, variance }: Devices,
  from: number,
  count: number,
  z: Float32Array,
  which: number,
): void {
  const { kind, perSiemens, temperatureFactor, rows, reads, ages, limits } = laws;
  const positive = (x: number): number => 0.5 * (x + Math.abs(x));
  for (let i = 0, at = from, draw = which; i < count; i++, at++, draw += NORMALS_PER_CELL) {
    const target = targets[at]!;
    const place = Math.min(LAST, target * perSiemens);
    const share = place - Math.trunc(place);
    const row = 6 * Math.trunc(place);
    const law = (of: number): number => rows[row + 2 * of]! + rows[row + 2 * of + 1]! * share;
    const programmed = kind === 'rest' ? target : positive(target + law(0) * z[draw]!);
    let now = programmed;
    if (kind === 'decay' && ages) {
      const x = Math.min(DECAY_REACH, Math.abs(law(1) + law(2) * z[draw + 2]!));
      const step = Math.trunc(x * DECAY_STEPS);
      const rest = x - step * (1 / DECAY_STEPS);
      now = programmed * (DECAY[step]! * (1 - rest * (1 - rest * (0.5 - rest * (1 / 6)))));
    }
    if (kind === 'shift') {
      now = programmed + law(1);
      if (ages) now += law(2) * z[draw + 2]!;
      now = Math.min(limits[1], limits[0] + positive(now - limits[0]));
    }
    g[at] = now * temperatureFactor;
    if (!reads) continue;
    // A shift makes it a device of another conductance; decay scales the noise of the one it was.
    const read = Math.min(LAST, (kind === 'decay' ? programmed : now) * perSiemens);
    const cut = 2 * Math.trunc(read);
    const sigma = reads[cut]! + reads[cut + 1]! * (read - Math.trunc(read));
    const noise = kind === 'decay' ? now * sigma : sigma;
    variance[at] = noise * noise;
  }
}

/** `bring` of devices in the kernels' memory, with the normals that stand in `bulk().normals` from `z` on. */
export type BulkTrajectory = (devices: BulkDevices, from: number, count: number, z: number, which: number) => void;

/** Places a cell's laws in the kernels' memory, until its next `reset`. */
export function bulkTrajectory(laws: CutLaws): BulkTrajectory {
  const { kernels, normals } = bulk();
  const { perSiemens, temperatureFactor, ages, limits } = laws;
  if (laws.kind === 'rest' && !laws.reads && temperatureFactor === 1)
    return ({ target, g }, from, count) => g.set(target.subarray(from, from + count), from);
  if (laws.kind === 'rest') return (devices, from, count) => bring(laws, devices, from, count, normals.values, 0);
  const rows = kernels.placed(laws.rows).address;
  const reads = laws.reads ? kernels.placed(laws.reads).address : 0;
  const decays = laws.kind === 'decay' ? kernels.placed(DECAY).address : 0;
  const { run } = kernels;
  return ({ addresses }, from, count, z, which) => {
    const at = 8 * from;
    const [target, g, variance] = [addresses.target + at, addresses.g + at, addresses.variance + at];
    const draws = normals.address + 4 * (z + which);
    if (laws.kind === 'decay')
      run.decayDevices(
        target,
        g,
        variance,
        count,
        draws,
        rows,
        reads,
        decays,
        perSiemens,
        LAST,
        DECAY_REACH,
        temperatureFactor,
        Number(ages),
      );
    else
      run.shiftDevices(
        target,
        g,
        variance,
        count,
        draws,
        rows,
        reads,
        perSiemens,
        LAST,
        limits[0],
        limits[1],
        temperatureFactor,
        Number(ages),
      );
  };
}
