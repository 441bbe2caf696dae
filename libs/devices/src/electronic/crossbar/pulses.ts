import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';
import { programAndVerify, type ProgramAndVerify } from './verify.js';
import { type Block, scalesOf, type ShardWeights } from './tiles.js';

/** Pulses that programming a shard takes. */
export interface PulseCount {
  /** Over all devices. */
  readonly total: number;
  /**
   * Over the rows of the shard's tallest tile, the most pulses of a device in the row: the devices of a row are
   * written at once, tiles side by side.
   */
  readonly sequential: number;
}

/** Counts the pulses of devices whose targets pass by. Null where every device takes one pulse. */
export class PulseCounter {
  readonly #most: Float64Array;
  #total = 0;

  constructor(
    readonly rows: number,
    readonly loop: Pick<ProgramAndVerify, 'table' | 'perSiemens'>,
  ) {
    this.#most = new Float64Array(rows);
  }

  /** Devices of one column: those of a tile's inputs from the first on. */
  add(targets: Float64Array, from: number, count: number): void {
    const most = this.#most;
    const { table, perSiemens } = this.loop;
    let total = 0;
    for (let i = 0, at = from; i < count; i++, at++) {
      const taken = table[(targets[at]! * perSiemens + 0.5) | 0]!;
      total += taken;
      if (taken > most[i]!) most[i] = taken;
    }
    this.#total += total;
  }

  count(): PulseCount {
    return { total: this.#total, sequential: this.#most.reduce((sum, value) => sum + value, 0) };
  }
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
  }
  return counter.count();
}
