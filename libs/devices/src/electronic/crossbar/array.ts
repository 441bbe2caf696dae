import { BlockReader } from './block-reader.js';
import { type Cell, EXACT } from './cell.js';
import { type Mapping, mappingOf } from './mapping.js';
import type { Frame } from './parameters.js';
import { countPulses, type PulseCount } from './pulses.js';
import { type ArrayState, blocksOf, type ShardWeights } from './tiles.js';

/** A shard's array: its devices' trajectories follow from weights, parameters and chip alone. */
export interface CrossbarArray {
  readonly mapping: Mapping;
  readonly tiles: number;
  /** The array at age t, in seconds since programming: the same for the same t. */
  at(t: number): ArrayState;
  /** Pulses that programming the array takes. */
  pulses(): PulseCount;
}

export function crossbarArray(p: Frame, cell: Cell, shard: ShardWeights): CrossbarArray {
  const mapping = mappingOf(p);
  const tiles = Math.ceil(shard.k / p.tile_rows);
  return {
    mapping,
    tiles,
    pulses: () => countPulses(p, mapping, shard, blocksOf(p, shard)),
    at(t) {
      const state = emptyState(p, mapping, tiles, shard);
      const reader = new BlockReader(p, p.cell === 'exact' ? EXACT : cell, mapping, shard, t, state);
      for (const block of blocksOf(p, shard)) reader.read(block);
      return state;
    },
  };
}

function emptyState(p: Frame, { slices }: Mapping, tiles: number, { k, n }: ShardWeights): ArrayState {
  return {
    weights: new Float32Array(slices * n * k),
    fullScale: new Float32Array(slices * tiles * n),
    readNoise: new Float32Array(slices * tiles * n),
    columnConductance: new Float32Array(slices * tiles * n),
    rowConductance: new Float64Array(k),
    offset: p.weight_scheme === 'offset-digital' ? new Float32Array(tiles * n) : null,
    columnSums: new Float64Array(tiles * n),
  };
}
