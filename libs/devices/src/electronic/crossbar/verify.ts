import { columnNormals, DOMAIN, NORMALS_PER_CELL, staticKey } from './cell-draws.js';
import type { Frame } from './parameters.js';

/** Targets at which the loop is run, and devices at each of them. */
const TARGETS = 33;
const DEVICES = 256;
/** The loop's statistics belong to the technology, not to a chip. */
const CHIP = 0n;

/** What program-and-verify takes and where it ends, by target over 0 … g_max. */
export interface ProgramAndVerify {
  /** Mean pulses of a device. */
  pulses(target: number): number;
  /** Standard deviation of where devices are left, S. */
  sigma(target: number): number;
}

/**
 * Runs program-and-verify on a sample of devices: from g_min, read, stop inside the window, else a pulse that covers
 * pulse_gain of the distance, give or take pulse_sigma of the step:
 *
 *   g ← max(0, g + pulse_gain·(target − g)·(1 + pulse_sigma·ξ))   until |g − target| ≤ window
 *   window = window_absolute + window_relative·target
 *
 * Without a window every device takes one pulse. Pulses of a shard are the sums of the means, so that a chip of
 * millions of devices needs no loop for each of them.
 */
export function programAndVerify(p: Frame): ProgramAndVerify {
  if (p.window_absolute === 0 && p.window_relative === 0) return { pulses: () => 1, sigma: () => 0 };
  const mean = new Float64Array(TARGETS);
  const spread = new Float64Array(TARGETS);
  const z = new Float32Array(NORMALS_PER_CELL * Math.ceil(p.max_pulses / NORMALS_PER_CELL));
  for (let i = 0; i < TARGETS; i++) {
    const target = (p.g_max * i) / (TARGETS - 1);
    const window = p.window_absolute + p.window_relative * target;
    let squares = 0;
    for (let device = 0; device < DEVICES; device++) {
      const key = staticKey(CHIP, 'program-and-verify', DOMAIN.loop);
      columnNormals(z, key, device, i, 0, z.length / NORMALS_PER_CELL);
      let g = p.g_min;
      let pulses = 0;
      while (Math.abs(g - target) > window && pulses < p.max_pulses)
        g = Math.max(0, g + p.pulse_gain * (target - g) * (1 + p.pulse_sigma * z[pulses++]!));
      mean[i]! += pulses / DEVICES;
      squares += (g - target) ** 2 / DEVICES;
    }
    spread[i] = Math.sqrt(squares);
  }
  const at = (values: Float64Array, target: number): number => {
    const place = Math.max(0, Math.min(TARGETS - 1, (target / p.g_max) * (TARGETS - 1)));
    const i = Math.min(TARGETS - 2, Math.floor(place));
    return values[i]! + (values[i + 1]! - values[i]!) * (place - i);
  };
  return { pulses: (target) => at(mean, target), sigma: (target) => at(spread, target) };
}
