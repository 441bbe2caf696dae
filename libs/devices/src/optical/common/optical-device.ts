import { type Ledger, OhmlightError, type RowBatch, type ShardSpec } from '@ohmlight/contracts';
import type { Reading, Readout, TileEngine } from '@ohmlight/tile-engine';
import type { Calibration, Conditions, Device, ProgrammedShard } from '../../device.js';
import { InputSums } from '../../input-sums.js';
import { type AnyDeviceKind, defineKind, type ParameterFault } from '../../kind.js';
import { type Ends, endsOf, withBand } from '../../profile/band.js';
import { type Reload, reloadFrom } from '../../reload.js';
import type { ProfileWith } from '../../profile/profile.js';
import { type ParameterTable, valuesOf } from '../../profile/quantity.js';
import { checkedColumns, matrixName, rootMeanSquare } from '../../shard.js';
import { checkFrame, FRAME, type Frame, type FrameWith } from './parameters.js';
import type { ArrayWeights } from './tiles.js';

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
}

/** Shape of an execution. */
export interface Work {
  readonly k: number;
  readonly n: number;
  readonly rows: number;
}

/** What a technology adds to the frame: a name, parameters, static error and readout, cost. */
export interface OpticalTechnology<T extends ParameterTable> {
  readonly kind: string;
  /** Parameters beside the frame's. */
  readonly parameters: T;
  check?(p: FrameWith<T>): ParameterFault | undefined;
  /** Freezes a shard's static error and says how it is read. With `input_bits` 0 the readout is not used. */
  program(p: FrameWith<T>, shard: ArrayWeights, calibration: Calibration): OpticalArray;
  execution(p: FrameWith<T>, work: Work): Ledger;
  programming(p: FrameWith<T>, work: Omit<Work, 'rows'>): Ledger;
}

/** A kind of device from a technology on the common frame. */
export function opticalKind<T extends ParameterTable>(technology: OpticalTechnology<T>): AnyDeviceKind {
  return defineKind({
    kind: technology.kind,
    pool: 'optical',
    parameters: { ...FRAME, ...technology.parameters },
    check: (p) => checkFrame(p as never) ?? technology.check?.(p as never),
    reload: (p) => reloadOfArray(p as never, technology),
    create: ({ name, pool, parameters }, engine) =>
      createOptical({ name, pool }, valuesOf(parameters as never), endsOf(parameters) as never, technology, engine),
  });
}

/** The reload of one whole array. */
function reloadOfArray<T extends ParameterTable>(
  p: FrameWith<T>,
  technology: OpticalTechnology<T>,
): Reload | undefined {
  return reloadFrom((rows) => technology.execution(p, { k: p.tile_rows, n: p.array_columns, rows }));
}

function createOptical<T extends ParameterTable>(
  profile: Pick<ProfileWith<unknown>, 'name' | 'pool'>,
  p: FrameWith<T>,
  ends: Ends<FrameWith<T>>,
  technology: OpticalTechnology<T>,
  engine: TileEngine,
): Device {
  const cost = (k: number, n: number, rows: number): Ledger =>
    withBand(p, ends, (q) => technology.execution(q, { k, n, rows }));
  return {
    name: profile.name,
    pool: profile.pool,
    cost,
    program(spec, weights, calibration = {}): ProgrammedShard {
      const n = checkedColumns(spec, weights);
      const { k, columnStart, chipSeed } = spec;
      const shard = { k, n, columnStart, weights, chipSeed, matrix: matrixName(spec) };
      const array = technology.program(p, shard, calibration);
      const reader = p.input_bits === 0 ? floatReader(engine, k, n, array) : tileReader(p, engine, spec, n, array);
      return {
        spec,
        residentBytes: reader.residentBytes,
        programLedger: withBand(p, ends, (q) => technology.programming(q, { k, n })),
        execute(batch, { deviceTime = 0 }: Conditions = {}) {
          checkAge(deviceTime);
          const { y, ...telemetry } = reader.read(batch);
          return { y, ledger: cost(k, n, batch.rows), telemetry };
        },
        release: () => reader.release(),
      };
    },
  };
}

/** Arrays of light do not age; @throws OhmlightError `invalid_value` for a device time before programming. */
function checkAge(deviceTime: number): void {
  if (deviceTime >= 0 && deviceTime < Infinity) return;
  throw new OhmlightError(
    'invalid_value',
    `device time ${deviceTime} s lies before programming: give seconds since programming, 0 or more`,
    'device_time_s',
  );
}

interface Reader {
  readonly residentBytes: number;
  read(batch: RowBatch): Reading;
  release(): void;
}

function tileReader(p: Frame, engine: TileEngine, spec: ShardSpec, n: number, array: OpticalArray): Reader {
  const { weights, fullScale, magnitudes, readout, offset } = array;
  const program = { k: spec.k, n, tileRows: p.tile_rows, weights, fullScale, readout };
  const matrix = engine.programTiles(magnitudes ? { ...program, magnitudes } : program);
  const sums = offset && readout.input ? new InputSums(engine, spec, p.tile_rows, readout.input) : null;
  return {
    residentBytes: matrix.residentBytes + (sums?.residentBytes ?? 0),
    read(batch) {
      const reading = engine.readTiles(matrix, batch, spec);
      if (!sums || !offset) return reading;
      sums.subtract(reading.y, offset, batch);
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
