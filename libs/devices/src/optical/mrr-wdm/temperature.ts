import { exp } from '@ohmlight/tile-engine';
import { columnNormals, NORMALS_PER_CELL, staticKey } from '../../electronic/crossbar/cell-draws.js';
import type { ArrayWeights } from '../common/tiles.js';

/** Domain of the draws' key (cell-draws.ts has the others). */
const DOMAIN = 112;
/** Steps that a temperature remembers: e^(−8) of what was before. */
const MEMORY = 16;
/** Steps of half a correlation time. */
const DECAY = exp(-0.5);

/**
 * Temperatures of the banks of a matrix's chip, in standard deviations: stationary Ornstein–Uhlenbeck processes,
 * correlation e^(−|t − t′|/τ), in steps of τ/2. What a bank has at one time is fixed by chip, matrix, bank and time, whichever
 * times are asked for.
 */
export function bankTemperatures({ chipSeed, matrix, columnStart }: ArrayWeights, correlationTime: number) {
  const key = staticKey(chipSeed, matrix, DOMAIN);
  const innovations = new Float32Array(MEMORY * NORMALS_PER_CELL);
  const scale = Math.sqrt((1 - DECAY ** 2) / (1 - DECAY ** (2 * MEMORY)));
  return (column: number, tile: number, t: number): number => {
    const step = Math.floor((2 * t) / correlationTime) % 2 ** 30;
    // Innovations of the steps before programming come first: the process is under way by then.
    columnNormals(innovations, key, columnStart + column, tile, step, step + MEMORY);
    let temperature = 0;
    for (let i = 0; i < MEMORY; i++) temperature = DECAY * temperature + innovations[i * NORMALS_PER_CELL]!;
    return scale * temperature;
  };
}
