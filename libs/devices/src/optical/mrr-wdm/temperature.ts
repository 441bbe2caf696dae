import { exp } from '@ohmlight/tile-engine';
import { columnNormals, NORMALS_PER_CELL, staticKey } from '../../electronic/crossbar/cell-draws.js';
import type { ArrayWeights } from '../common/tiles.js';

/** Domain of the draws' key (cell-draws.ts has the others). */
const DOMAIN = 112;
/** Steps that a temperature remembers: e^(−8) of what was before. */
const MEMORY = 16;
/** Steps of half a correlation time. */
const DECAY = exp(-0.5);
const SCALE = Math.sqrt((1 - DECAY ** 2) / (1 - DECAY ** (2 * MEMORY)));

/**
 * Temperatures of the banks of a matrix's chip, in standard deviations: stationary Ornstein–Uhlenbeck processes,
 * correlation e^(−|t − t′|/τ), in steps of τ/2. What a bank has at one time is fixed by chip, matrix, bank and time, whichever
 * times are asked for.
 */
export function bankTemperatures(shard: ArrayWeights, correlationTime: number): Temperature {
  const innovations = new Float32Array(MEMORY * NORMALS_PER_CELL);
  const draw = drawsOf(shard, innovations);
  return (column, tile, t) => {
    const step = stepOf(t, correlationTime);
    draw(column, tile, step, MEMORY);
    return SCALE * remembered(innovations, 0);
  };
}

/** In standard deviations, of the bank of a column of the shard and a tile of inputs at a time, s. */
type Temperature = (column: number, tile: number, t: number) => number;

/**
 * What the temperature of a bank has changed by from one time to another: bankTemperatures' difference, to the bit. Times
 * next to each other share their innovations, which are drawn once.
 */
export function temperatureChanges(
  shard: ArrayWeights,
  correlationTime: number,
): (column: number, tile: number, from: number, to: number) => number {
  const innovations = new Float32Array(2 * MEMORY * NORMALS_PER_CELL);
  const draw = drawsOf(shard, innovations);
  const temperature = bankTemperatures(shard, correlationTime);
  return (column, tile, from, to) => {
    const before = stepOf(from, correlationTime);
    const after = stepOf(to, correlationTime);
    if (before === after) return 0;
    const apart = Math.abs(after - before);
    if (apart > MEMORY) return temperature(column, tile, to) - temperature(column, tile, from);
    const first = Math.min(before, after);
    draw(column, tile, first, MEMORY + apart);
    return SCALE * remembered(innovations, after - first) - SCALE * remembered(innovations, before - first);
  };
}

const stepOf = (t: number, correlationTime: number): number => Math.floor((2 * t) / correlationTime) % 2 ** 30;

/** Innovations of the steps before programming come first: the process is under way by then. */
function drawsOf({ chipSeed, matrix, columnStart }: ArrayWeights, innovations: Float32Array) {
  const key = staticKey(chipSeed, matrix, DOMAIN);
  return (column: number, tile: number, step: number, count: number): void =>
    columnNormals(innovations, key, columnStart + column, tile, step, step + count);
}

/** What MEMORY innovations from one on have left. */
function remembered(innovations: Float32Array, first: number): number {
  let temperature = 0;
  for (let i = first; i < first + MEMORY; i++) temperature = DECAY * temperature + innovations[i * NORMALS_PER_CELL]!;
  return temperature;
}
