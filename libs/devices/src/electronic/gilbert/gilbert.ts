import { OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { Ledger } from '@ohmlight/contracts';
import type { PerOutput, Readout, TileEngine, TileMatrix } from '@ohmlight/tile-engine';
import type { Calibration, Conditions, Device, ProgrammedShard } from '../../device.js';
import { checkedColumns, matrixName } from '../../shard.js';
import type { GilbertArray } from './array.js';
import type { Shape } from './cost.js';
import { InputEncoder } from './encode.js';
import { programGilbert, type ProgrammedGilbert } from './program-gilbert.js';
import { ageOf } from './storage.js';

/** Codes that the engine carries the ports' outputs in: 4095 levels, far finer than any of them. */
export const LINE_BITS = 12;

/** What a kind adds to the arithmetic that both share. */
export interface GilbertDevice {
  readonly array: GilbertArray;
  /** Device time of a reading that states none. */
  readonly readTime: number;
  executionLedger(shape: Shape, rows: number): Ledger;
  programLedger(shape: Shape): Ledger;
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

/** @throws OhmlightError `invalid_value` for a device time before programming. */
function checkedTime(time: number): number {
  if (time >= 0 && time < Infinity) return time;
  throw new OhmlightError(
    'invalid_value',
    `device time ${time} s lies before programming: give seconds since programming, 0 or more`,
    'device_time_s',
  );
}

export function createGilbert(name: string, device: GilbertDevice, engine: TileEngine): Device {
  return {
    name,
    pool: 'electronic',
    program(spec: ShardSpec, weights: Float32Array, calibration: Calibration = {}): ProgrammedShard {
      const n = checkedColumns(spec, weights);
      return new GilbertShard(device, engine, spec, n, weights.slice(), calibration);
    },
  };
}

class GilbertShard implements ProgrammedShard {
  readonly residentBytes: number;
  readonly programLedger: Ledger;
  readonly #encoder: InputEncoder;
  readonly #shape: Shape;
  #age: number;
  #matrix: TileMatrix;

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
    this.#age = ageOf(device.array.store, device.readTime);
    this.#matrix = this.#bring(this.#age);
    this.residentBytes = this.#matrix.residentBytes + weights.byteLength;
    this.programLedger = device.programLedger(this.#shape);
  }

  execute(batch: RowBatch, { deviceTime }: Conditions = {}) {
    const { device, engine, spec } = this;
    const age = ageOf(device.array.store, checkedTime(deviceTime ?? device.readTime));
    if (age !== this.#age) {
      this.#matrix.release();
      this.#matrix = this.#bring(age);
      this.#age = age;
    }
    const { batch: rows, saturated } = this.#encoder.encode(batch);
    const { y, ...telemetry } = engine.readTiles(this.#matrix, rows, spec);
    return {
      y,
      ledger: device.executionLedger(this.#shape, batch.rows),
      telemetry: { ...telemetry, dacSaturated: saturated },
    };
  }

  release(): void {
    this.#matrix.release();
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
