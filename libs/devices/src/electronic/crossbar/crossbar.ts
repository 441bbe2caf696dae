import { type Ledger, OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { FloatMatrix, Reading, TileEngine, TileMatrix } from '@ohmlight/tile-engine';
import type { Calibration, Conditions, Device, ProgrammedShard } from '../../device.js';
import { type AnyDeviceKind, defineKind, type ParameterFault } from '../../kind.js';
import { type Ends, endsOf, withBand } from '../../profile/band.js';
import type { ProfileWith } from '../../profile/profile.js';
import { type ParametersOf, type ParameterTable, type ValuesOf, valuesOf } from '../../profile/quantity.js';
import { checkedColumns, matrixName, rootMeanSquare } from '../../shard.js';
import { crossbarArray, type CrossbarArray } from './array.js';
import type { Cell } from './cell.js';
import { compensated } from './compensation.js';
import { drivenConductance, executionLedger, programmingLedger, recalibrationLedger } from './cost.js';
import { OffsetReader } from './offset.js';
import { checkFrame, FRAME, type Frame, WHOLE_INPUT_BITS } from './parameters.js';
import { readoutOf } from './readout.js';
import { halves, joined } from './halves.js';
import type { ArrayState } from './tiles.js';

/** What a technology adds to the frame: a name, its cell's parameters, and the cell. */
export interface CrossbarTechnology<T extends ParameterTable> {
  readonly kind: string;
  /** Parameters of the cell's laws, beside the frame's. */
  readonly parameters: T;
  check?(p: ValuesOf<ParametersOf<T>> & Frame): ParameterFault | undefined;
  cell(p: ValuesOf<ParametersOf<T>> & Frame): Cell;
}

/** A kind of device from a technology on the common frame. */
export function crossbarKind<T extends ParameterTable>(technology: CrossbarTechnology<T>): AnyDeviceKind {
  return defineKind({
    kind: technology.kind,
    pool: 'electronic',
    parameters: { ...FRAME, ...technology.parameters },
    check: (p) => checkFrame(p as never) ?? technology.check?.(p as never),
    create(profile, engine) {
      const p: ValuesOf<ParametersOf<T>> & Frame = valuesOf(profile.parameters as never);
      return createCrossbar(profile, p, technology.cell(p), engine, endsOf(profile.parameters as never));
    },
  });
}

/** A crossbar with the cells of a technology. `ends`: of its uncertain values. */
export function createCrossbar(
  profile: Pick<ProfileWith<unknown>, 'name' | 'pool'>,
  p: Frame,
  cell: Cell,
  engine: TileEngine,
  ends: Ends<Frame> = [],
): Device {
  return {
    name: profile.name,
    pool: profile.pool,
    program(spec, weights, calibration = {}) {
      const n = checkedColumns(spec, weights);
      const { k, columnStart, chipSeed } = spec;
      if (columnStart % p.tile_columns !== 0)
        throw new OhmlightError(
          'invalid_shard',
          `a shard of ${profile.name} starts on a multiple of ${p.tile_columns} columns (tile_columns), not on ${columnStart}`,
        );
      const matrix = matrixName(spec);
      const array = crossbarArray(p, cell, { k, n, columnStart, weights: weights.slice(), chipSeed, matrix });
      return new CrossbarShard(p, ends, cell, engine, spec, n, array, calibration, weights.byteLength);
    },
  };
}

/** An array brought to one age, in the engine. */
interface Reader {
  readonly state: ArrayState;
  read(batch: RowBatch): Reading;
  readonly residentBytes: number;
  release(): void;
}

class CrossbarShard implements ProgrammedShard {
  readonly residentBytes: number;
  readonly programLedger: Ledger;
  readonly recalibrationLedger: Ledger | undefined;
  #age: string;
  #reader: Reader;
  readonly #fresh: Float64Array;

  constructor(
    readonly p: Frame,
    readonly ends: Ends<Frame>,
    cell: Cell,
    readonly engine: TileEngine,
    readonly spec: ShardSpec,
    readonly n: number,
    readonly array: CrossbarArray,
    readonly calibration: Calibration,
    weightBytes: number,
  ) {
    const drifts = p.cell === 'physical' && (cell.drift !== undefined || cell.shift !== undefined);
    this.#fresh = drifts && p.compensation !== 'none' ? array.at(0).columnSums : new Float64Array();
    this.#age = ageOf(p, {});
    this.#reader = this.#bring({});
    // Trajectories follow from the weights: they stay for the next age.
    this.residentBytes = this.#reader.residentBytes + weightBytes;
    const pulses = array.pulses();
    this.programLedger = withBand(p, ends, (q) => programmingLedger(q, spec.k, n, pulses));
    this.recalibrationLedger =
      p.compensation === 'none' ? undefined : withBand(p, ends, (q) => recalibrationLedger(q, this.#shape()));
  }

  execute(batch: RowBatch, conditions: Conditions = {}) {
    const age = ageOf(this.p, conditions);
    if (age !== this.#age) {
      this.#reader.release();
      this.#reader = this.#bring(conditions);
      this.#age = age;
    }
    const { y, ...telemetry } = this.#reader.read(batch);
    const shape = this.#shape();
    const driven = drivenConductance(this.p, shape, batch);
    const ledger = withBand(this.p, this.ends, (p) => executionLedger(p, shape, batch, driven));
    return { y, ledger, telemetry };
  }

  release(): void {
    this.#reader.release();
  }

  #shape() {
    const { spec, n, array, calibration } = this;
    const { rowConductance } = this.#reader.state;
    return { k: spec.k, n, mapping: array.mapping, rowConductance, calibration };
  }

  #bring(conditions: Conditions): Reader {
    const { p, array, calibration, engine, spec, n } = this;
    const [t, calibratedAt] = clockOf(p, conditions);
    let state = array.at(t);
    if (this.#fresh.length > 0) {
      const measured = calibratedAt === t ? state : array.at(calibratedAt);
      state = compensated(p, state, this.#fresh, measured.columnSums, array, spec.k, n);
    }
    if (p.input_bits === 0) return floatReader(engine, spec.k, n, array.mapping.slices, state);
    const matrix = engine.programTiles({
      k: spec.k,
      n,
      tileRows: p.tile_rows,
      slices: array.mapping.slices,
      weights: state.weights,
      fullScale: state.fullScale,
      readout: readoutOf(p, state, calibration, array.mapping.slices, array.tiles),
    });
    const offset = state.offset ? new OffsetReader(p, calibration, engine, spec, n, state.offset) : null;
    const whole = tileReader(engine, matrix, spec, state, offset);
    if (p.input_bits <= WHOLE_INPUT_BITS) return whole;
    return {
      ...whole,
      read: (batch) => joined(whole.read(halves(p, calibration, spec.k, batch)), p, calibration, batch),
    };
  }
}

/** Device time of an execution, and of the last measurement of drift before it. */
function clockOf(p: Frame, { deviceTime = p.read_time, calibratedAt }: Conditions): [number, number] {
  if (!(deviceTime >= 0 && deviceTime < Infinity))
    throw new OhmlightError(
      'invalid_value',
      `device time ${deviceTime} s lies before programming: give seconds since programming, 0 or more`,
      'device_time_s',
    );
  const byPolicy =
    p.recalibration_interval > 0
      ? Math.floor(deviceTime / p.recalibration_interval) * p.recalibration_interval
      : deviceTime;
  const at = calibratedAt ?? byPolicy;
  if (!(at >= 0 && at <= deviceTime))
    throw new OhmlightError(
      'invalid_value',
      `drift cannot have been measured at ${at} s when the device time is ${deviceTime} s: give a time between`,
      'calibrated_at_s',
    );
  return [deviceTime, at];
}

const ageOf = (p: Frame, conditions: Conditions): string => clockOf(p, conditions).join('/');

function tileReader(
  engine: TileEngine,
  matrix: TileMatrix,
  spec: ShardSpec,
  state: ArrayState,
  offset: OffsetReader | null,
): Reader {
  return {
    state: { ...state, weights: new Float32Array(), columnSums: new Float64Array() },
    residentBytes: matrix.residentBytes + (offset?.residentBytes ?? 0) + state.rowConductance.byteLength,
    read(batch) {
      const reading = engine.readTiles(matrix, batch, spec);
      return offset ? offset.subtract(reading, batch) : reading;
    },
    release() {
      matrix.release();
      offset?.release();
    },
  };
}

/** Without converters: the effective matrix in f32, the slices' sum. */
function floatReader(engine: TileEngine, k: number, n: number, slices: number, state: ArrayState): Reader {
  const weights = state.weights.slice(0, n * k);
  for (let slice = 1; slice < slices; slice++)
    for (let i = 0; i < n * k; i++) weights[i]! += state.weights[slice * n * k + i]!;
  const matrix: FloatMatrix = engine.programFloat(weights, k, n);
  return {
    state: { ...state, weights: new Float32Array(), columnSums: new Float64Array() },
    residentBytes: matrix.residentBytes + state.rowConductance.byteLength,
    read(batch) {
      const y = engine.multiplyFloat(matrix, batch);
      return { y, dacSaturated: 0, adcSaturated: 0, signalRms: rootMeanSquare(y), noiseRms: 0 };
    },
    release: () => matrix.release(),
  };
}
