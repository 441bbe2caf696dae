import { type Ledger, OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { FloatMatrix, Reading, Rereads, TileEngine, TileMatrix } from '@ohmlight/tile-engine';
import { type Aged, Ages } from '../../ages.js';
import type { Calibration, Conditions, Device, ProgrammedShard } from '../../device.js';
import { ffnWeights } from '../../ffn-weights.js';
import { type AnyDeviceKind, defineKind, type ParameterFault } from '../../kind.js';
import { type Ends, endsOf, withBand } from '../../profile/band.js';
import type { ProfileWith } from '../../profile/profile.js';
import { type ParametersOf, type ParameterTable, type ValuesOf, valuesOf } from '../../profile/quantity.js';
import { checkedColumns, matrixName, rootMeanSquare } from '../../shard.js';
import { crossbarArray, type CrossbarArray } from './array.js';
import type { Cell } from './cell.js';
import { footprintOf } from './area.js';
import { checkCrossbarChain, CrossbarChain } from './chain.js';
import {
  drivenConductance,
  executionLedger,
  programmingLedger,
  recalibrationLedger,
  standbyWatts,
  withRereads,
} from './cost.js';
import { OffsetReader } from './offset.js';
import { checkFrame, FRAME, type Frame, WHOLE_INPUT_BITS } from './parameters.js';
import { mappingOf } from './mapping.js';
import { normalCost } from './normal-cost.js';
import { readoutOf } from './readout.js';
import { halves, joined } from './halves.js';
import { ageingOf, type ArrayAge, arrayAge, freshSums, stateAt } from './state.js';
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
    ffn: 'circuit',
    checkChain: (p) => checkCrossbarChain(p as never),
    check: (p) => checkFrame(p as never) ?? technology.check?.(p as never),
    ageing: (p) => ageingOf(p as never, technology.cell(p as never)),
    standby: (p, matrices) => standbyWatts(p as never, matrices),
    create(profile, engine) {
      const p: ValuesOf<ParametersOf<T>> & Frame = valuesOf(profile.parameters as never);
      return createCrossbar(profile, p, technology.cell(p), engine, endsOf(profile.parameters as never));
    },
  });
}

/** A crossbar with the cells of a technology. `ends`: of its uncertain values. */
export function createCrossbar(
  profile: Pick<ProfileWith<unknown>, 'name' | 'pool' | 'chain'>,
  p: Frame,
  cell: Cell,
  engine: TileEngine,
  ends: Ends<Frame> = [],
): Device {
  const { chain } = profile;
  return {
    name: profile.name,
    pool: profile.pool,
    ageing: ageingOf(p, cell),
    shapeCost: normalCost(p, cell, ends),
    footprint: (k, n) => footprintOf(p, mappingOf(p), k, n),
    program(spec, weights, calibration = {}) {
      const fused = chain !== undefined && spec.operation === 'ffn';
      const n = fused ? spec.columnEnd - spec.columnStart : checkedColumns(spec, weights);
      const { k, columnStart, chipSeed } = spec;
      if (columnStart % p.tile_columns !== 0)
        throw new OhmlightError(
          'invalid_shard',
          `a shard of ${profile.name} starts on a multiple of ${p.tile_columns} columns (tile_columns), not on ${columnStart}`,
        );
      if (fused) return new CrossbarChain(p, ends, chain, cell, engine, spec, ffnWeights(spec, weights), calibration);
      const matrix = matrixName(spec);
      const array = crossbarArray(p, cell, { k, n, columnStart, weights: weights.slice(), chipSeed, matrix });
      return new CrossbarShard(p, ends, cell, engine, spec, n, array, calibration, weights.byteLength);
    },
  };
}

const NO_REREADS: Rereads = { tiles: 0, rows: 0 };

/** An array brought to one age, in the engine. */
interface Reader extends Aged {
  readonly state: ArrayState;
  read(batch: RowBatch): Reading;
}

class CrossbarShard implements ProgrammedShard {
  readonly programLedger: Ledger;
  /** Present where drift is measured. */
  readonly recalibrate?: (deviceTime: number, room?: number) => Ledger;
  readonly #ages = new Ages<Reader>();
  readonly #fresh: Float64Array;

  constructor(
    readonly p: Frame,
    readonly ends: Ends<Frame>,
    readonly cell: Cell,
    readonly engine: TileEngine,
    readonly spec: ShardSpec,
    readonly n: number,
    readonly array: CrossbarArray,
    readonly calibration: Calibration,
    readonly weightBytes: number,
  ) {
    this.#fresh = freshSums(p, cell, array);
    this.#at({}, Infinity);
    const pulses = array.pulses();
    this.programLedger = withBand(p, ends, (q) => programmingLedger(q, spec.k, n, pulses));
    if (ageingOf(p, cell)?.compensated)
      this.recalibrate = (deviceTime, room = Infinity) => {
        const shape = this.#shape(this.#at({ deviceTime, calibratedAt: deviceTime }, room));
        return withBand(p, ends, (q) => recalibrationLedger(q, shape));
      };
  }

  /** Trajectories follow from the weights: they stay for the next age. */
  get residentBytes(): number {
    return this.#ages.residentBytes + this.weightBytes;
  }

  execute(batch: RowBatch, conditions: Conditions = {}, room = Infinity) {
    const reader = this.#at(conditions, room);
    const { y, rereads = NO_REREADS, ...telemetry } = reader.read(batch);
    const shape = this.#shape(reader);
    const driven = drivenConductance(this.p, shape, batch);
    const ledger = withBand(this.p, this.ends, (p) =>
      withRereads(p, shape, executionLedger(p, shape, batch, driven), batch.rows, rereads),
    );
    return { y, ledger, telemetry };
  }

  forgetAges(): void {
    this.#ages.trim();
  }

  release(): void {
    this.#ages.release();
  }

  #shape({ state: { rowConductance } }: Reader) {
    const { spec, n, array, calibration } = this;
    return { k: spec.k, n, mapping: array.mapping, rowConductance, calibration };
  }

  #at(conditions: Conditions, room: number): Reader {
    const age = arrayAge(this.p, this.cell, conditions);
    return this.#ages.at(age.name, room, () => this.#bring(age));
  }

  #bring(age: ArrayAge): Reader {
    const { p, array, calibration, engine, spec, n } = this;
    const state = stateAt(p, array, this.#fresh, spec.k, n, age);
    if (p.input_bits === 0) return floatReader(engine, spec.k, n, array.mapping.slices, state);
    const matrix = engine.programTiles({
      k: spec.k,
      n,
      tileRows: p.tile_rows,
      slices: array.mapping.slices,
      weights: state.digits ?? state.weights,
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

function tileReader(
  engine: TileEngine,
  matrix: TileMatrix,
  spec: ShardSpec,
  state: ArrayState,
  offset: OffsetReader | null,
): Reader {
  return {
    state: { ...state, weights: new Float32Array(), digits: null, columnSums: new Float64Array() },
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
