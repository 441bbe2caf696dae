import { exp } from '@ohmlight/tile-engine';
import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';
import { programAndVerify, type ProgramAndVerify } from './verify.js';
import { type Block, scalesOf, type ShardWeights } from './tiles.js';

/** Pulses that programming a shard takes. */
export interface PulseCount {
  /** Over all devices. */
  readonly total: number;
  /**
   * One after the other: the devices of a row are written at once, so that it takes as many as its slowest device; rows
   * follow one another, and tiles go side by side, the slowest last.
   */
  readonly sequential: number;
}

type Loop = Pick<ProgramAndVerify, 'table' | 'perSiemens' | 'done' | 'length' | 'most'>;

/** Counts the pulses of devices whose targets pass by, tile after tile. */
export class PulseCounter {
  /** Devices of the tile at hand, by row and step of their target. */
  readonly #devices: Uint16Array;
  /** Steps that the row at hand has devices at. */
  readonly #present: Uint32Array;
  readonly #steps: number;
  #total = 0;
  #slowest = 0;

  constructor(
    readonly rows: number,
    readonly loop: Loop,
  ) {
    this.#steps = loop.table.length;
    this.#devices = new Uint16Array(rows * this.#steps);
    this.#present = new Uint32Array(this.#steps);
  }

  /** Devices of one column: those of a tile's inputs from the first on. */
  add(targets: Float64Array, from: number, count: number): void {
    const devices = this.#devices;
    const steps = this.#steps;
    const { table, perSiemens } = this.loop;
    let total = 0;
    for (let i = 0, at = from, row = 0; i < count; i++, at++, row += steps) {
      const step = (targets[at]! * perSiemens + 0.5) | 0;
      total += table[step]!;
      devices[row + step]!++;
    }
    this.#total += total;
  }

  /** The tile's columns are through. */
  endTile(): void {
    let pulses = 0;
    for (let row = 0; row < this.rows; row++) {
      const devices = this.#devices.subarray(row * this.#steps, (row + 1) * this.#steps);
      pulses += slowestOf(this.loop, devices, this.#present);
    }
    this.#slowest = Math.max(this.#slowest, pulses);
    this.#devices.fill(0);
  }

  count(): PulseCount {
    return { total: this.#total, sequential: this.#slowest };
  }
}

/** Chance that a row is done, below which it is taken not to be. */
const NONE_DONE = 1e-9;

/**
 * Expected pulses of the slowest of a row's devices, whose targets are so many at each step: Σ_m 1 − Π P(pulses ≤ m).
 * @param present room for the steps that have any
 */
function slowestOf({ done, length, most }: Loop, devices: Uint16Array, present: Uint32Array): number {
  let steps = 0;
  let pulses = 0;
  for (let step = 0; step < devices.length; step++) {
    if (devices[step] === 0) continue;
    present[steps++] = step;
    pulses = Math.max(pulses, most[step]!);
  }
  let expected = 0;
  for (let m = pulses - 1; m >= 0; m--) {
    let log = 0;
    for (let i = 0; i < steps; i++) log += devices[present[i]!]! * done[present[i]! * length + m]!;
    const chance = exp(log);
    if (chance < NONE_DONE) return expected + m + 1;
    expected += 1 - chance;
  }
  return expected;
}

/** Null where every device takes one pulse. */
export function pulseCounter(p: Frame, k: number): PulseCounter | null {
  const loop = programAndVerify(p);
  return loop && new PulseCounter(Math.min(k, p.tile_rows), loop);
}

export const onePulseEach = (p: Frame, { digits, devices }: Mapping, { k, n }: ShardWeights): PulseCount => ({
  total: k * n * digits * devices,
  sequential: Math.min(k, p.tile_rows),
});

export function countPulses(p: Frame, mapping: Mapping, shard: ShardWeights, blocks: Iterable<Block>): PulseCount {
  const { digits, devices } = mapping;
  const { k, weights } = shard;
  const counter = pulseCounter(p, k);
  if (!counter) return onePulseEach(p, mapping, shard);
  const targets = [new Float64Array(p.tile_rows), new Float64Array(p.tile_rows)] as const;
  for (const block of blocks) {
    const scales = scalesOf(p, shard, block);
    for (let c = 0; c < block.columns; c++)
      for (let digit = 0; digit < digits; digit++) {
        const from = (block.first + c) * k + block.start;
        mapping.targets(targets[0], targets[1], 0, weights, from, block.rows, scales[c]!, digit);
        for (let device = 0; device < devices; device++) counter.add(targets[device]!, 0, block.rows);
      }
    counter.endTile();
  }
  return counter.count();
}
