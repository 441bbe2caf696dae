import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';
import { programAndVerify } from './verify.js';
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

export function countPulses(p: Frame, mapping: Mapping, shard: ShardWeights, blocks: Iterable<Block>): PulseCount {
  const { digits, devices } = mapping;
  const { k, n, weights } = shard;
  const tallest = Math.min(k, p.tile_rows);
  const pulses = programAndVerify(p);
  if (!pulses) return { total: k * n * digits * devices, sequential: tallest };
  const { table, perSiemens } = pulses;
  const most = new Float64Array(p.tile_rows);
  const targets = [new Float64Array(p.tile_rows), new Float64Array(p.tile_rows)] as const;
  let total = 0;
  for (const block of blocks) {
    const scales = scalesOf(p, shard, block);
    for (let c = 0; c < block.columns; c++)
      for (let digit = 0; digit < digits; digit++) {
        const from = (block.first + c) * k + block.start;
        mapping.targets(targets[0], targets[1], 0, weights, from, block.rows, scales[c]!, digit);
        for (let device = 0; device < devices; device++)
          for (let i = 0; i < block.rows; i++) {
            const taken = table[(targets[device]![i]! * perSiemens + 0.5) | 0]!;
            total += taken;
            if (taken > most[i]!) most[i] = taken;
          }
      }
  }
  return { total, sequential: most.subarray(0, tallest).reduce((sum, value) => sum + value, 0) };
}
