import { ln } from '@ohmlight/tile-engine';
import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from './cell-draws.js';
import type { Frame } from './parameters.js';

/** Steps of the targets at which the loop is run, and devices at each of them. */
const STEPS = 64;
const DEVICES = 128;
/** The loop's statistics belong to the technology, not to a chip. */
const CHIP = 0n;

/** What program-and-verify takes and where it ends, by target: entry i is at a target of i/perSiemens. */
export interface ProgramAndVerify {
  /** Mean pulses of a device. */
  readonly table: Float64Array;
  /** ln of the share of devices that take m pulses at most, at [i·length + m]; 0 from m = length on. */
  readonly done: Float64Array;
  readonly length: number;
  /** Most pulses that a device has taken. */
  readonly most: Uint32Array;
  /** Root mean square distance from the target of where devices are left, S. */
  readonly sigma: Float64Array;
  readonly perSiemens: number;
}

/**
 * Runs program-and-verify on a sample of devices: from g_min, read, stop inside the window, else a pulse that covers
 * pulse_gain of the distance, give or take pulse_sigma of the step:
 *
 *   g ← max(0, g + pulse_gain·(target − g)·(1 + pulse_sigma·ξ))   until |g − target| ≤ window
 *   window = window_absolute + window_relative·target
 *
 * Pulses of a shard are sums of the means, and those of a row's slowest device follow from the shares that are done, so
 * that a chip of millions of devices needs no loop for each of them. Null without a window: every device takes one pulse.
 */
export function programAndVerify(p: Frame): ProgramAndVerify | null {
  if (p.window_absolute === 0 && p.window_relative === 0) return null;
  const table = new Float64Array(STEPS + 1);
  const sigma = new Float64Array(STEPS + 1);
  const taken = new Uint32Array((STEPS + 1) * DEVICES);
  const z = new Float32Array(NORMALS_PER_CELL * Math.ceil(p.max_pulses / NORMALS_PER_CELL));
  const key = staticKey(CHIP, 'program-and-verify', DOMAIN.loop);
  for (let step = 0; step <= STEPS; step++) {
    const target = (p.g_max * step) / STEPS;
    const window = p.window_absolute + p.window_relative * target;
    let squares = 0;
    for (let device = 0; device < DEVICES; device++) {
      columnNormals(z, key, device, step, 0, z.length / NORMALS_PER_CELL);
      let g = p.g_min;
      let pulses = 0;
      while (Math.abs(g - target) > window && pulses < p.max_pulses)
        g = Math.max(0, g + p.pulse_gain * (target - g) * (1 + p.pulse_sigma * z[pulses++]!));
      table[step]! += pulses / DEVICES;
      taken[step * DEVICES + device] = pulses;
      squares += (g - target) ** 2 / DEVICES;
    }
    sigma[step] = Math.sqrt(squares);
  }
  return { table, sigma, perSiemens: STEPS / p.g_max, ...sharesDone(taken) };
}

/** From the pulses that the devices of each step have taken. */
function sharesDone(taken: Uint32Array): Pick<ProgramAndVerify, 'done' | 'length' | 'most'> {
  const most = new Uint32Array(STEPS + 1);
  taken.forEach((pulses, at) => {
    const step = Math.floor(at / DEVICES);
    most[step] = Math.max(most[step]!, pulses);
  });
  const length = Math.max(...most);
  const done = new Float64Array((STEPS + 1) * length);
  taken.forEach((pulses, at) => {
    const row = Math.floor(at / DEVICES) * length;
    for (let m = pulses; m < length; m++) done[row + m]! += 1 / DEVICES;
  });
  return { length, most, done: done.map((share) => (share > 0 ? Math.min(0, ln(share)) : -Infinity)) };
}
