import { bulk, drawNormals } from './bulk.js';
import { DOMAIN, type StaticKey, staticKey } from './cell-draws.js';
import { ShardFaults } from './faults.js';
import type { Mapping } from './mapping.js';
import type { Frame } from './parameters.js';
import type { PulseCounter } from './pulses.js';
import { RestingSlices } from './resting.js';
import { addSettled } from './settled-lines.js';
import {
  type BulkDevices,
  bulkDevices,
  type BulkTrajectory,
  bulkTrajectory,
  type CutLaws,
  REACH,
} from './trajectory.js';
import { type Wiring, wiringOf } from './wiring.js';
import { type ArrayState, type Block, scalesOf, type ShardWeights } from './tiles.js';

/** Columns from here on are no outputs: reference columns, one per tile. */
const REFERENCE_COLUMN = 0x8000_0000;

/** Brings a shard's devices to an age, tile after tile, and reads effective weights off them. */
export class BlockReader {
  /** Whether devices differ from their targets. */
  readonly #draws: boolean;
  readonly #bring: BulkTrajectory;
  readonly #cells: StaticKey;
  readonly #faults: ShardFaults;
  readonly #wiring: Wiring | null;
  /** A tile's devices: first and second of each cell. */
  readonly #devices: readonly [BulkDevices, BulkDevices];
  readonly #reference: BulkDevices;
  /** Effective weights of a column, of one slice and over all slices so far. */
  readonly #effective: Float64Array;
  readonly #total: Float64Array;
  /** Σ of the conductances on an input line, S: of the state, where outputs are virtual grounds. */
  readonly #onLine: Float64Array;
  /** Columns of the tile that are stored upside down. */
  readonly #inverted: Uint8Array;
  readonly #resting: RestingSlices | null;
  readonly #mark: number;

  constructor(
    readonly p: Frame,
    laws: CutLaws,
    readonly mapping: Mapping,
    readonly shard: ShardWeights,
    readonly state: ArrayState,
    /** Whether the state takes all that a reading needs, or the sums of its columns alone. */
    readonly whole = true,
    /** Counts the pulses that programming takes, on the way. */
    readonly pulses: PulseCounter | null = null,
  ) {
    const { k, n, chipSeed, matrix } = shard;
    const rows = Math.min(p.tile_rows, k);
    const size = rows * Math.min(p.tile_columns, n);
    const { kernels } = bulk();
    this.#mark = kernels.mark();
    this.#draws = laws.draws;
    this.#bring = bulkTrajectory(laws);
    this.#cells = staticKey(chipSeed, matrix, DOMAIN.cells);
    this.#wiring = wiringOf(p);
    this.#faults = new ShardFaults(p, staticKey(chipSeed, matrix, DOMAIN.faults), mapping, shard);
    this.#devices = [bulkDevices(kernels, size), bulkDevices(kernels, mapping.devices === 2 ? size : 0)];
    this.#reference = bulkDevices(kernels, p.weight_scheme === 'offset-column' ? rows : 0);
    this.#effective = new Float64Array(rows);
    this.#total = new Float64Array(size);
    this.#onLine = p.sense === 'voltage' ? new Float64Array(k) : state.rowConductance;
    this.#inverted = new Uint8Array(p.tile_columns);
    this.#resting = state.digits && new RestingSlices(p, mapping, shard, state, state.digits);
  }

  /** Gives back what the tiles took; the reader cannot be used any more. */
  close(): void {
    bulk().kernels.reset(this.#mark);
  }

  read(block: Block): void {
    const { p, mapping, state } = this;
    const scales = scalesOf(p, this.shard, block);
    if (this.#resting) {
      this.#resting.store(block, scales);
      return;
    }
    this.#total.fill(0);
    for (let digit = 0; digit < mapping.digits; digit++) {
      this.#program(block, scales, digit);
      this.#faults.stick(block, digit, this.#devices);
      const wiring = this.#wiring;
      if (wiring)
        for (let device = 0; device < mapping.devices; device++) {
          const { g } = this.#devices[device]!;
          wiring(g.subarray(0, block.rows * block.columns), block.rows, block.columns);
        }
      const reference = p.weight_scheme === 'offset-column' ? this.#referenceErrors(block, digit) : null;
      for (let c = 0; c < block.columns; c++) this.#readCells(block, c, scales[c]!, digit, reference);
    }
    this.pulses?.endTile();
    if (p.sense === 'voltage' && this.whole) this.#settle(block, scales);
    for (let c = 0; c < block.columns; c++) {
      let sum = 0;
      for (let at = c * block.rows; at < (c + 1) * block.rows; at++) sum += Math.abs(this.#total[at]!);
      state.columnSums[block.tile * this.shard.n + block.first + c] = sum;
    }
  }

  #settle({ start, rows, columns }: Block, scales: Float64Array): void {
    const [{ g: positive }, { g: negative }] = this.#devices;
    const onLine = this.state.rowConductance.subarray(start, start + rows);
    addSettled(this.p, { rows, columns, positive, negative }, (c) => scales[c]! > 0, onLine);
  }

  /** Targets and conductances of a digit's devices. */
  #program({ start, rows, first, columns }: Block, scales: Float64Array, digit: number): void {
    const { p, mapping } = this;
    const { k, weights, columnStart } = this.shard;
    const [one, two] = this.#devices;
    for (let c = 0; c < columns; c++) {
      const at = c * rows;
      const z = this.#draws ? drawNormals(this.#cells, columnStart + first + c, digit, start, start + rows) : 0;
      mapping.targets(one.target, two.target, at, weights, (first + c) * k + start, rows, scales[c]!, digit);
      if (this.pulses) {
        this.pulses.add(one.target, at, rows);
        if (mapping.devices === 2) this.pulses.add(two.target, at, rows);
      }
      if (p.column_inversion === 'on') this.#inverted[c] = turnedOver(p, one.target.subarray(at, at + rows));
      this.#bring(one, at, rows, z, 0);
      if (mapping.devices === 2) this.#bring(two, at, rows, z, 1);
    }
  }

  /** Errors of the devices of a tile's reference column, S. */
  #referenceErrors({ start, rows, first }: Block, digit: number): Float64Array {
    const { p, shard } = this;
    const column = REFERENCE_COLUMN + (shard.columnStart + first) / p.tile_columns;
    const target = this.mapping.reference(digit);
    const devices = this.#reference;
    devices.target.fill(target);
    this.#bring(devices, 0, rows, drawNormals(this.#cells, column, digit, start, start + rows), 0);
    return devices.g.subarray(0, rows).map((g) => g - target);
  }

  /** A column's cells of one digit: the slices that the engine reads them as. */
  #readCells(block: Block, c: number, scale: number, digit: number, reference: Float64Array | null): void {
    const { mapping, state } = this;
    const { rows } = block;
    const { weights, k, n } = this.shard;
    const unit = scale * mapping.unit(digit);
    const [{ g: g0, target: t0 }, { g: g1, target: t1 }] = this.#devices;
    const out = this.#effective;
    const from = c * rows;
    if (mapping.devices === 2 && !mapping.apart) {
      // Errors are added to the weight itself, so that devices without one leave it as it is.
      const own = (block.first + c) * k + block.start;
      const whole = mapping.digits === 1 && mapping.levels === 0;
      if (whole)
        for (let i = 0, at = from; i < rows; i++, at++)
          out[i] = weights[own + i]! + (g0[at]! - t0[at]! - (g1[at]! - t1[at]!)) * unit;
      else for (let i = 0, at = from; i < rows; i++, at++) out[i] = (g0[at]! - g1[at]!) * unit;
      this.#finish(block, c, digit, unit, 2, 0);
      return;
    }
    if (mapping.devices === 2) {
      for (let i = 0, at = from; i < rows; i++, at++) out[i] = g0[at]! * unit;
      this.#finish(block, c, 2 * digit, unit, 1, 0);
      for (let i = 0, at = from; i < rows; i++, at++) out[i] = -g1[at]! * unit;
      this.#finish(block, c, 2 * digit + 1, unit, 1, 1);
      return;
    }
    const middle = mapping.reference(digit);
    const inverted = this.#inverted[c] === 1;
    if (reference) for (let i = 0, at = from; i < rows; i++, at++) out[i] = (g0[at]! - middle - reference[i]!) * unit;
    else for (let i = 0, at = from; i < rows; i++, at++) out[i] = (inverted ? -g0[at]! : g0[at]!) * unit;
    this.#finish(block, c, digit, unit, 1, 0);
    if (state.offset)
      state.offset[block.tile * n + block.first + c]! +=
        (inverted ? middle - this.p.g_min - this.p.g_max : middle) * unit;
  }

  /** Stores a slice of a column, from its effective weights. */
  #finish(
    { tile, start, rows, first }: Block,
    c: number,
    slice: number,
    unit: number,
    devices: 1 | 2,
    device: 0 | 1,
  ): void {
    const { p, shard, state } = this;
    const { k, n } = shard;
    const tiles = state.columnSums.length / n;
    const to = (slice * n + first + c) * k + start;
    const effective = this.#effective;
    const total = this.#total;
    if (!this.whole) {
      for (let i = 0, at = c * rows; i < rows; i++, at++) total[at]! += effective[i]!;
      return;
    }
    const { weights } = state;
    const onLine = this.#onLine;
    for (let i = 0, at = c * rows; i < rows; i++, at++) {
      const weight = effective[i]!;
      weights[to + i] = weight;
      total[at]! += weight;
    }
    let variance = 0;
    let current = 0;
    for (const { g, variance: noise } of devices === 2 ? this.#devices : [this.#devices[device]])
      for (let i = 0, at = c * rows, row = start; i < rows; i++, at++, row++) {
        const siemens = g[at]!;
        variance += noise[at]!;
        current += siemens;
        onLine[row] = onLine[row]! + siemens;
      }
    const at = (slice * tiles + tile) * n + first + c;
    state.fullScale[at] = unit * p.g_max * REACH;
    state.readNoise[at] = Math.sqrt(variance / rows) / (p.g_max * REACH);
    state.columnConductance[at] = current;
  }
}

/** Turns the targets of a column that is more than half full upside down; 1 if it did. */
function turnedOver(p: Frame, targets: Float64Array): 0 | 1 {
  let sum = 0;
  for (const target of targets) sum += target;
  if (sum <= (targets.length * (p.g_min + p.g_max)) / 2) return 0;
  for (let i = 0; i < targets.length; i++) targets[i] = p.g_min + p.g_max - targets[i]!;
  return 1;
}
