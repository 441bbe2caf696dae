import type { DigitWeights } from '@ohmlight/tile-engine';
import { BlockReader } from './block-reader.js';
import { type Cell, EXACT } from './cell.js';
import { type Mapping, mappingOf } from './mapping.js';
import type { Frame } from './parameters.js';
import { countPulses, onePulseEach, type PulseCount, pulseCounter, type PulseCounter } from './pulses.js';
import { restingDigits } from './resting.js';
import { type ArrayState, blocksOf, type ShardWeights } from './tiles.js';
import { type CutLaws, lawsAt } from './trajectory.js';

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
  const lawsOf = (t: number, whole: boolean): CutLaws => {
    // What drift is compared with was read as the array was programmed, at 300 K.
    const warmer = whole ? p.temperature - 300 : 0;
    const own = p.cell === 'exact' ? EXACT : cell;
    return lawsAt(own, p.g_max, t, 1 + p.temperature_coefficient * warmer, whole);
  };
  // Targets are the same at every age: the first pass counts what programming takes.
  const counterOf = (): PulseCounter | null => (counted ? null : pulseCounter(p, shard.k));
  const read = (laws: CutLaws, state: ArrayState, whole: boolean, counter: PulseCounter | null): void => {
    const reader = new BlockReader(p, laws, mapping, shard, state, whole, counter);
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
      const laws = lawsOf(t, true);
      const counter = counterOf();
      // Pulses are counted by targets, which the general way alone has.
      const state = emptyState(p, mapping, tiles, shard, counter ? null : restingDigits(p, mapping, laws, shard));
      read(laws, state, true, counter);
      return state;
    },
    fresh() {
      const empty = emptyState(p, mapping, 0, { ...shard, n: 0 }, null);
      const state = { ...empty, columnSums: new Float64Array(tiles * shard.n) };
      read(lawsOf(0, false), state, false, counterOf());
      return state.columnSums;
    },
  };
}

function emptyState(
  p: Frame,
  { slices }: Mapping,
  tiles: number,
  { k, n }: ShardWeights,
  digits: DigitWeights | null,
): ArrayState {
  return {
    weights: new Float32Array(digits ? 0 : slices * n * k),
    digits,
    fullScale: new Float32Array(slices * tiles * n),
    readNoise: new Float32Array(slices * tiles * n),
    columnConductance: new Float32Array(slices * tiles * n),
    rowConductance: new Float64Array(k),
    offset: p.weight_scheme === 'offset-digital' ? new Float32Array(tiles * n) : null,
    columnSums: new Float64Array(tiles * n),
  };
}
