import type { Ledger, RowBatch, ShardSpec } from '@ohmlight/contracts';
import type { PerOutput, Readout, TileEngine, TileMatrix } from '@ohmlight/tile-engine';
import { type Ageing, timesOf } from '../../ageing.js';
import { Ages } from '../../ages.js';
import type { Calibration, Conditions, Device, ProgrammedShard } from '../../device.js';
import { checkedColumns, matrixName } from '../../shard.js';
import type { GilbertArray } from './array.js';
import type { Shape } from './cost.js';
import { InputEncoder } from './encode.js';
import { programGilbert, type ProgrammedGilbert } from './program-gilbert.js';
import { ageOf, type WeightStore } from './storage.js';

/** Codes that the engine carries the ports' outputs in: 4095 levels, far finer than any of them. */
export const LINE_BITS = 12;

/** What a kind adds to the arithmetic that both share. */
export interface GilbertDevice {
  readonly array: GilbertArray;
  /** Outputs of a tile. */
  readonly columns: number;
  /** Device time of a reading that states none. */
  readonly readTime: number;
  executionLedger(shape: Shape, rows: number): Ledger;
  programLedger(shape: Shape): Ledger;
  /** Programs a fused `ffn`, where the device has a chain. */
  readonly programFfn?:
    ((spec: ShardSpec, weights: Float32Array, calibration: Calibration) => ProgrammedShard) | undefined;
}

/** Noise of the root and its ADC, per output: a full product is perProduct units of the engine. */
export function gilbertReadout(
  array: GilbertArray,
  { perProduct }: ProgrammedGilbert,
  { adcBound }: Calibration,
): Readout {
  const { tree, adcBits, adcRange } = array;
  const range: PerOutput = perProduct.map((units, at) => units * (adcBound?.[at % adcBound.length] ?? adcRange));
  return {
    input: { bits: LINE_BITS, scale: { kind: 'abs-max', clip: 1 } },
    noise: tree.noise > 0 ? [{ kind: 'constant', coefficient: perProduct.map((units) => units * tree.noise) }] : [],
    shot: null,
    transfer: null,
    output: { bits: adcBits, coding: 'symmetric', range: { kind: 'fixed', range } },
  };
}

/** Weights on leaking capacitors age; nothing measures it. */
export const ageingOfStore = (store: WeightStore, readTime: number): Ageing | undefined =>
  store.kind === 'capacitor' && store.leak > 0 ? { readTime, compensated: false, recalibrationInterval: 0 } : undefined;

export function createGilbert(name: string, device: GilbertDevice, engine: TileEngine): Device {
  return {
    name,
    pool: 'electronic',
    ageing: ageingOfStore(device.array.store, device.readTime),
    ...(device.array.sharedColumns === 0 && {
      footprint: (k: number, n: number) => ({
        tiles: Math.ceil(k / device.array.tileRows) * Math.ceil(n / device.columns),
      }),
    }),
    shapeCost: (k, n, rows) => ({
      execution: device.executionLedger({ k, n }, rows),
      programming: device.programLedger({ k, n }),
    }),
    program(spec: ShardSpec, weights: Float32Array, calibration: Calibration = {}): ProgrammedShard {
      if (spec.operation === 'ffn' && device.programFfn) return device.programFfn(spec, weights, calibration);
      const n = checkedColumns(spec, weights);
      return new GilbertShard(device, engine, spec, n, weights.slice(), calibration);
    },
  };
}

class GilbertShard implements ProgrammedShard {
  readonly programLedger: Ledger;
  readonly #encoder: InputEncoder;
  readonly #shape: Shape;
  readonly #ages = new Ages<TileMatrix>();

  constructor(
    readonly device: GilbertDevice,
    readonly engine: TileEngine,
    readonly spec: ShardSpec,
    readonly n: number,
    readonly weights: Float32Array,
    readonly calibration: Calibration,
  ) {
    this.#shape = { k: spec.k, n };
    this.#encoder = new InputEncoder(device.array, spec.k, calibration.inputRange);
    this.#at({}, Infinity);
    this.programLedger = device.programLedger(this.#shape);
  }

  get residentBytes(): number {
    return this.#ages.residentBytes + this.weights.byteLength;
  }

  execute(batch: RowBatch, conditions: Conditions = {}, room = Infinity) {
    const { device, engine, spec } = this;
    const matrix = this.#at(conditions, room);
    const { batch: rows, saturated } = this.#encoder.encode(batch);
    const { y, ...telemetry } = engine.readTiles(matrix, rows, spec);
    return {
      y,
      ledger: device.executionLedger(this.#shape, batch.rows),
      telemetry: { ...telemetry, dacSaturated: saturated },
    };
  }

  forgetAges(): void {
    this.#ages.trim();
  }

  release(): void {
    this.#ages.release();
  }

  #at(conditions: Conditions, room: number): TileMatrix {
    const { readTime, array } = this.device;
    const { deviceTime } = timesOf({ readTime, compensated: false, recalibrationInterval: 0 }, conditions);
    const age = ageOf(array.store, deviceTime);
    return this.#ages.at(String(age), room, () => this.#bring(age));
  }

  #bring(age: number): TileMatrix {
    const { device, engine, spec, n, weights, calibration } = this;
    const { k, columnStart, chipSeed } = spec;
    const shard = { k, n, columnStart, weights, chipSeed, matrix: matrixName(spec) };
    const programmed = programGilbert(device.array, shard, age);
    return engine.programTiles({
      k: programmed.lines,
      n,
      tileRows: programmed.tileLines,
      weights: programmed.weights,
      fullScale: programmed.fullScale,
      readout: gilbertReadout(device.array, programmed, calibration),
    });
  }
}
