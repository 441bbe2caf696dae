import { type Ledger, OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { Reading, Readout, TileEngine } from '@ohmlight/tile-engine';
import { type Aged, Ages } from '../../ages.js';
import { type Ageing, type Times, timesOf } from '../../ageing.js';
import type { Calibration, Conditions, Device, Footprint, ProgrammedShard, Work } from '../../device.js';
import { InputSums } from '../../input-sums.js';
import { type AnyDeviceKind, defineKind, type ParameterFault } from '../../kind.js';
import { type Ends, endsOf, withBand } from '../../profile/band.js';
import { type Reload, reloadFrom } from '../../reload.js';
import type { ProfileWith } from '../../profile/profile.js';
import { type ParameterSpec, type ParameterTable, valuesOf } from '../../profile/quantity.js';
import { checkedColumns, matrixName, rootMeanSquare } from '../../shard.js';
import type { Rating } from '../architecture/rating.js';
import type { HeldShape } from '../../standby.js';
import { arraysOf, standbyWatts } from './cost.js';
import { checkFrame, FRAME, type Frame, type FrameWith, type Residency } from './parameters.js';
import type { ArrayWeights } from './tiles.js';

export type { Work };

/** A shard in its arrays, static error included. */
export interface OpticalArray {
  /** Effective weights, row-major n × k. */
  readonly weights: Float32Array;
  /** The weight of the engine's analog unit, tiles × n; 0 where a column's weights are all 0. */
  readonly fullScale: Float32Array;
  /** What stands for |w| in the noise, where the weights' magnitudes do not; n × k in units of weights. */
  readonly magnitudes?: Float32Array | undefined;
  /** Weight that every input has beside its own, tiles × n: subtracted digitally, with the sum of the codes. */
  readonly offset?: Float32Array | undefined;
  readonly readout: Readout;
  /** Adds what outputs have beside the products, which no readout says; with converters only. */
  readonly addendum?: ((y: Float32Array, batch: RowBatch) => void) | undefined;
}

/** What a technology adds to the frame: a name, parameters, static error and readout, cost. */
export interface OpticalTechnology<T extends ParameterTable> {
  readonly kind: string;
  /** Parameters beside the frame's. */
  readonly parameters: T;
  /** Parameters that follow from the others: profiles do not give them, `of` does. */
  readonly derived?: {
    readonly names: readonly (keyof FrameWith<T>)[];
    of(p: FrameWith<T>): Partial<FrameWith<T>>;
  };
  /** True where outputs share nothing but their inputs, so that a shard may cut an array anywhere. */
  readonly anyColumns?: boolean;
  check?(p: FrameWith<T>): ParameterFault | undefined;
  /** Says how the error comes about, where parameters decide between several ways. */
  method?(p: FrameWith<T>): string;
  /** What time does to the arrays; left out where they stay as programmed. */
  ageing?(p: FrameWith<T>): Ageing | undefined;
  /**
   * Freezes a shard's static error and says how it is read, at the device times of arrays that age. With
   * `input_bits` 0 the readout is not used.
   */
  program(p: FrameWith<T>, shard: ArrayWeights, calibration: Calibration, times: Times): OpticalArray;
  execution(p: FrameWith<T>, work: Work): Ledger;
  programming(p: FrameWith<T>, work: Omit<Work, 'rows'>): Ledger;
  /** Cost of measuring drift; where it is measured. */
  recalibration?(p: FrameWith<T>, work: Omit<Work, 'rows'>): Ledger;
  /** Watts of arrays that hold matrices and wait; `array_power` of resident arrays where it is left out. */
  standby?(p: FrameWith<T>, matrices: readonly HeldShape[]): number;
  rating?(p: FrameWith<T>): Rating;
  /** Area of one array, m²; left out where no source gives areas. */
  arrayArea?(p: FrameWith<T>): number;
}

/** A kind of device from a technology on the common frame. */
export function opticalKind<T extends ParameterTable>(technology: OpticalTechnology<T>): AnyDeviceKind {
  const { kind, parameters, derived, anyColumns = false } = technology;
  const stated = Object.entries<ParameterSpec>({ ...FRAME, ...parameters }).filter(
    ([name]) => !derived?.names.includes(name),
  );
  const complete = (p: unknown): FrameWith<T> => {
    const given = p as FrameWith<T>;
    return derived ? { ...given, ...derived.of(given) } : given;
  };
  return defineKind({
    kind,
    pool: 'optical',
    parameters: Object.fromEntries(stated),
    check(p) {
      const whole = complete(p);
      return checkFrame(whole, anyColumns) ?? technology.check?.(whole);
    },
    ...(technology.ageing && { ageing: (p: unknown) => technology.ageing!(complete(p)) }),
    reload: (p) => reloadOfArray(complete(p), technology),
    ...(technology.method && { method: (p: unknown) => technology.method!(complete(p)) }),
    standby(p, matrices) {
      const whole = complete(p);
      if (technology.standby) return technology.standby(whole, matrices);
      return 'weight_residency' in whole ? standbyWatts(whole as Frame & Residency, matrices) : 0;
    },
    ...(technology.rating && { rating: (p: unknown) => technology.rating!(complete(p)) }),
    create({ name, pool, parameters: given }, engine) {
      const ends = endsOf<object>(given).map(([low, high]) => [complete(low), complete(high)] as const);
      return createOptical({ name, pool }, complete(valuesOf(given)), ends, technology, engine);
    },
  });
}

/** The reload of one whole array. */
function reloadOfArray<T extends ParameterTable>(
  p: FrameWith<T>,
  technology: OpticalTechnology<T>,
): Reload | undefined {
  return reloadFrom((rows) => technology.execution(p, { k: p.tile_rows, n: p.array_columns, rows }));
}

/** Whether every tile has an array of its own that keeps its weights. */
const isResident = (p: Frame): boolean => (p as Frame & Partial<Residency>).weight_residency === 'resident';

function createOptical<T extends ParameterTable>(
  profile: Pick<ProfileWith<unknown>, 'name' | 'pool'>,
  p: FrameWith<T>,
  ends: Ends<FrameWith<T>>,
  technology: OpticalTechnology<T>,
  engine: TileEngine,
): Device {
  const ageing = technology.ageing?.(p);
  const area = technology.arrayArea?.(p);
  const footprint = (k: number, n: number): Footprint => {
    const tiles = arraysOf(p, k, n);
    return area === undefined ? { tiles } : { tiles, squareMetres: tiles * area };
  };
  const cost = (k: number, n: number, rows: number): Ledger =>
    withBand(p, ends, (q) => technology.execution(q, { k, n, rows }));
  return {
    name: profile.name,
    pool: profile.pool,
    ageing,
    cost,
    shapeCost: (k, n, rows) => ({
      execution: cost(k, n, rows),
      programming: withBand(p, ends, (q) => technology.programming(q, { k, n })),
    }),
    ...(isResident(p) && { footprint }),
    program(spec, weights, calibration = {}): ProgrammedShard {
      const n = checkedColumns(spec, weights);
      const { k, columnStart, chipSeed } = spec;
      const matrix = matrixName(spec);
      // Arrays that age are programmed again for each age, from the weights as they came.
      const shard = { k, n, columnStart, weights: ageing ? weights.slice() : weights, chipSeed, matrix };
      const bring = (times: Times): Reader => {
        const array = technology.program(p, shard, calibration, times);
        return p.input_bits === 0 ? floatReader(engine, k, n, array) : tileReader(p, engine, spec, n, array);
      };
      const common = { spec, programLedger: withBand(p, ends, (q) => technology.programming(q, { k, n })) };
      const executed = (reader: Reader, batch: RowBatch) => {
        const { y, ...telemetry } = reader.read(batch);
        return { y, ledger: cost(k, n, batch.rows), telemetry };
      };
      if (!ageing) {
        const reader = bring(NO_TIMES);
        return {
          ...common,
          residentBytes: reader.residentBytes,
          execute(batch, { deviceTime = 0 }: Conditions = {}) {
            checkAge(deviceTime);
            return executed(reader, batch);
          },
          release: () => reader.release(),
        };
      }
      const ages = new Ages<Reader>();
      const at = (conditions: Conditions, room: number): Reader => {
        const times = timesOf(ageing, conditions);
        return ages.at(`${times.deviceTime}/${times.calibratedAt}`, room, () => bring(times));
      };
      at({}, Infinity);
      return {
        ...common,
        get residentBytes() {
          return ages.residentBytes + shard.weights.byteLength;
        },
        execute: (batch, conditions = {}, room = Infinity) => executed(at(conditions, room), batch),
        ...(technology.recalibration && {
          recalibrate(deviceTime: number, room = Infinity) {
            at({ deviceTime, calibratedAt: deviceTime }, room);
            return withBand(p, ends, (q) => technology.recalibration!(q, { k, n }));
          },
        }),
        forgetAges: () => ages.trim(),
        release: () => ages.release(),
      };
    },
  };
}

const NO_TIMES: Times = { deviceTime: 0, calibratedAt: 0 };

/** Arrays that do not age still have no past; @throws OhmlightError `invalid_value` for a time before programming. */
function checkAge(deviceTime: number): void {
  if (deviceTime >= 0 && deviceTime < Infinity) return;
  throw new OhmlightError(
    'invalid_value',
    `device time ${deviceTime} s lies before programming: give seconds since programming, 0 or more`,
    'device_time_s',
  );
}

interface Reader extends Aged {
  read(batch: RowBatch): Reading;
}

function tileReader(p: Frame, engine: TileEngine, spec: ShardSpec, n: number, array: OpticalArray): Reader {
  const { weights, fullScale, magnitudes, readout, offset, addendum } = array;
  const program = { k: spec.k, n, tileRows: p.tile_rows, weights, fullScale, readout };
  const matrix = engine.programTiles(magnitudes ? { ...program, magnitudes } : program);
  const sums = offset && readout.input ? new InputSums(engine, spec, p.tile_rows, readout.input) : null;
  return {
    residentBytes: matrix.residentBytes + (sums?.residentBytes ?? 0),
    read(batch) {
      const reading = engine.readTiles(matrix, batch, spec);
      if (!addendum && !(sums && offset)) return reading;
      addendum?.(reading.y, batch);
      if (sums && offset) sums.subtract(reading.y, offset, batch);
      return { ...reading, signalRms: rootMeanSquare(reading.y) };
    },
    release() {
      matrix.release();
      sums?.release();
    },
  };
}

/** Without converters: the effective matrix in f32, and no noise. */
function floatReader(engine: TileEngine, k: number, n: number, { weights }: OpticalArray): Reader {
  const matrix = engine.programFloat(weights, k, n);
  return {
    residentBytes: matrix.residentBytes,
    read(batch) {
      const y = engine.multiplyFloat(matrix, batch);
      return { y, dacSaturated: 0, adcSaturated: 0, signalRms: rootMeanSquare(y), noiseRms: 0 };
    },
    release: () => matrix.release(),
  };
}
