import { ln } from '@ohmlight/tile-engine';
import { type StaticKey, threefry } from './cell-draws.js';
import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';
import type { Devices } from './trajectory.js';
import type { Block, ShardWeights } from './tiles.js';

/** Devices of one column that do not answer to programming: places in ascending order, and where they are stuck. */
export interface ColumnFaults {
  /** input · devices of a cell + device. */
  readonly places: readonly number[];
  /** Conductance, S, of each. */
  readonly stuckAt: readonly number[];
}

const NONE: ColumnFaults = { places: [], stuckAt: [] };
/** Columns from here on are spares. */
const SPARE = 0x8000_0000;

const words = new Uint32Array(4);

/**
 * Faults of a column of `devices` devices, each stuck with probability stuck_low + stuck_high. Distances from one
 * fault to the next are geometric, so a column costs its faults and not its devices.
 */
export function columnFaults(p: Frame, key: StaticKey, column: number, slice: number, devices: number): ColumnFaults {
  const rate = p.stuck_low + p.stuck_high;
  if (rate === 0) return NONE;
  const places: number[] = [];
  const stuckAt: number[] = [];
  const perFault = 1 / ln(1 - rate);
  for (let draw = 0, place = -1; ; draw++) {
    threefry(words, key, draw, column, slice, 0);
    place += 1 + Math.floor(ln((words[0]! + 0.5) / 2 ** 32) * perFault);
    if (place >= devices) return { places, stuckAt };
    places.push(place);
    stuckAt.push((words[1]! + 0.5) / 2 ** 32 < p.stuck_low / rate ? p.g_min : p.g_max);
  }
}

export function spareFaults(p: Frame, key: StaticKey, spare: number, slice: number, devices: number): ColumnFaults {
  return columnFaults(p, key, SPARE + spare, slice, devices);
}

/** The faults of a column that lie in a tile, places counted from the tile's first device. */
export function within({ places, stuckAt }: ColumnFaults, from: number, to: number): ColumnFaults {
  const first = places.findIndex((place) => place >= from);
  if (first < 0) return NONE;
  const end = places.findIndex((place) => place >= to);
  const last = end < 0 ? places.length : end;
  return { places: places.slice(first, last).map((place) => place - from), stuckAt: stuckAt.slice(first, last) };
}

/**
 * Gives each of a tile's columns the faults it has after remapping: spares, those with the fewest faults first,
 * replace the columns that their faults damage most, as long as that helps. `damage` says by how much a set of faults
 * misses the targets of a column.
 */
export function remapped(
  columns: readonly ColumnFaults[],
  spares: readonly ColumnFaults[],
  damage: (column: number, faults: ColumnFaults) => number,
): readonly ColumnFaults[] {
  if (spares.length === 0) return columns;
  const out = [...columns];
  const losses = columns.map((faults, column) => damage(column, faults));
  const worst = [...columns.keys()].filter((column) => losses[column]! > 0).toSorted((a, b) => losses[b]! - losses[a]!);
  const free = [...spares].toSorted((a, b) => a.places.length - b.places.length);
  for (const column of worst) {
    const [spare] = free;
    if (!spare) break;
    if (damage(column, spare) >= losses[column]!) continue;
    out[column] = spare;
    free.shift();
  }
  return out;
}

/** The faults of a shard's array. */
export class ShardFaults {
  /** By digit and output; empty where no device is stuck. */
  readonly #columns: readonly (readonly ColumnFaults[])[];

  constructor(
    readonly p: Frame,
    readonly key: StaticKey,
    readonly mapping: Mapping,
    readonly shard: ShardWeights,
  ) {
    const { digits, devices } = mapping;
    const { k, n, columnStart } = shard;
    this.#columns = Array.from({ length: p.stuck_low + p.stuck_high > 0 ? digits : 0 }, (_, digit) =>
      Array.from({ length: n }, (_, c) => columnFaults(p, key, columnStart + c, digit, k * devices)),
    );
  }

  /** Puts a tile's devices that do not answer, after remapping, where they are stuck. */
  stick({ start, rows, first, columns }: Block, digit: number, cells: readonly Devices[]): void {
    const faults = this.#columns[digit];
    if (!faults) return;
    const { p, key } = this;
    const { devices } = this.mapping;
    const { k, columnStart } = this.shard;
    const [from, to] = [start * devices, (start + rows) * devices];
    const own = faults.slice(first, first + columns).map((all) => within(all, from, to));
    const tileColumn = (columnStart + first) / p.tile_columns;
    const spares = Array.from({ length: p.spare_columns }, (_, spare) =>
      within(spareFaults(p, key, tileColumn * p.spare_columns + spare, digit, k * devices), from, to),
    );
    const at = (column: number, place: number): number => column * rows + Math.floor(place / devices);
    const damage = (column: number, { places, stuckAt }: ColumnFaults): number =>
      places.reduce(
        (sum, place, i) => sum + Math.abs(stuckAt[i]! - cells[place % devices]!.target[at(column, place)]!),
        0,
      );
    for (const [column, { places, stuckAt }] of remapped(own, spares, damage).entries())
      for (const [i, place] of places.entries()) cells[place % devices]!.g[at(column, place)] = stuckAt[i]!;
  }
}
