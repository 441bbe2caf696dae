import { BlockReader } from './block-reader.js';
import { type Cell, EXACT } from './cell.js';
import { type Mapping, mappingOf } from './mapping.js';
import type { Frame } from './parameters.js';
import { countPulses, onePulseEach, pulseCounter, type PulseCount } from './pulses.js';
import { type ArrayState, blocksOf, type ShardWeights } from './tiles.js';

/** A shard's array: its devices' trajectories follow from weights, parameters and chip alone. */
export interface CrossbarArray {
  readonly mapping: Mapping;
  readonly tiles: number;
  /** The array at age t, in seconds since programming: the same for the same t. */
  at(t: number): ArrayState;
  /** Σ |weight| of the array as programmed, tiles × n: what a measurement of drift is compared with. */
  fresh(): Float64Array;
  /** Pulses that programming the array takes. */
  pulses(): PulseCount;
}

export function crossbarArray(p: Frame, cell: Cell, shard: ShardWeights): CrossbarArray {
  const mapping = mappingOf(p);
  const tiles = Math.ceil(shard.k / p.tile_rows);
  let counted: PulseCount | undefined;
  const read = (t: number, state: ArrayState, whole: boolean): void => {
    // Targets are the same at every age: the first pass counts what programming takes.
    const counter = counted ? null : pulseCounter(p, shard.k);
    const reader = new BlockReader(p, p.cell === 'exact' ? EXACT : cell, mapping, shard, t, state, whole, counter);
    try {
      for (const block of blocksOf(p, shard)) reader.read(block);
      counted ??= counter?.count() ?? onePulseEach(p, mapping, shard);
    } finally {
      reader.close();
    }
  };
  return {
    mapping,
    tiles,
    pulses: () => (counted ??= countPulses(p, mapping, shard, blocksOf(p, shard))),
    at(t) {
      const state = emptyState(p, mapping, tiles, shard);
      read(t, state, true);
      return state;
    },
    fresh() {
      const state = { ...emptyState(p, mapping, 0, { ...shard, n: 0 }), columnSums: new Float64Array(tiles * shard.n) };
      read(0, state, false);
      return state.columnSums;
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
