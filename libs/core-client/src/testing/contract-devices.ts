import {
  type Calibration,
  type Conditions,
  emptyLedger,
  type Ledger,
  OhmlightError,
  type Pool,
  type RowBatch,
  type ShardSpec,
  type Telemetry,
} from '@ohmlight/contracts';
import { CONTRACT_CORE } from './core.contract.js';

interface ContractExecution {
  readonly y: Float32Array;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
}

/** A device as the contract suite needs it; it fits the Device port of the device library. */
export interface ContractDevice {
  readonly name: string;
  readonly pool: Pool;
  readonly ageing?: {
    readonly readTime: number;
    readonly compensated: boolean;
    readonly recalibrationInterval: number;
  };
  program(
    spec: ShardSpec,
    weights: Float32Array,
    calibration?: Calibration,
  ): {
    readonly spec: ShardSpec;
    readonly residentBytes: number;
    readonly programLedger: Ledger;
    execute(batch: RowBatch, conditions?: Conditions): ContractExecution;
    recalibrate?(deviceTime: number): Ledger;
  };
}

type Multiply = (
  spec: ShardSpec,
  weights: Float32Array,
  batch: RowBatch,
  calibration: Calibration | undefined,
  conditions: Conditions,
) => Float32Array;

const exact: Multiply = ({ k, columnStart, columnEnd }, weights, { rows, x }) => {
  const columns = columnEnd - columnStart;
  const y = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += x[row * k + i]! * weights[column * k + i]!;
      y[row * columns + column] = sum;
    }
  return y;
};

const keyed: Multiply = ({ columnStart, columnEnd }, _, { rows, seeds, positions }) => {
  const columns = columnEnd - columnStart;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    return [Number(seeds[row]! & 0xffffn), Number(seeds[row]! >> 48n), positions[row]!][(i % columns) % 3]!;
  });
};

const aged: Multiply = (
  { columnStart, columnEnd },
  _weights,
  { rows },
  _calibration,
  { deviceTime = -1, calibratedAt = -1 },
) =>
  Float32Array.from({ length: rows * (columnEnd - columnStart) }, (_, i) => (i % 2 === 0 ? deviceTime : calibratedAt));

const BEHAVIOURS: Record<string, Multiply> = {
  [CONTRACT_CORE.exact]: exact,
  [CONTRACT_CORE.keyed]: keyed,
  [CONTRACT_CORE.ranges]: ({ columnStart, columnEnd }, _, { rows }, { inputRange = 0, adcBound } = {}) =>
    Float32Array.from({ length: rows * (columnEnd - columnStart) }, (_, i) =>
      i === 0 ? inputRange : (adcBound?.[i % adcBound.length] ?? 0),
    ),
  [CONTRACT_CORE.aged]: aged,
  [CONTRACT_CORE.short]: (...job) => exact(...job).subarray(1),
  [CONTRACT_CORE.nan]: (...job) => {
    const y = exact(...job);
    y[y.length - 1] = Number.NaN;
    return y;
  },
  [CONTRACT_CORE.faulty]: () => {
    throw new RangeError('a defect of the device');
  },
};

/** The devices that the contract suite expects of a harness's core. */
export function contractDevices(): ContractDevice[] {
  return Object.entries(BEHAVIOURS).map(([name, multiply]) => ({
    name,
    pool: CONTRACT_CORE.pool,
    ...(name === CONTRACT_CORE.aged && {
      ageing: { readTime: 1, compensated: true, recalibrationInterval: 0 },
    }),
    program: (spec, weights, calibration) => ({
      spec,
      residentBytes: weights.byteLength,
      programLedger: { ...emptyLedger(), seconds: 0.5, joules: { program: 0.25 }, reloads: 1 },
      ...(name === CONTRACT_CORE.aged && {
        recalibrate: (deviceTime: number) => ({
          ...emptyLedger(),
          seconds: deviceTime + spec.layer,
          joules: { adc: 0.5 },
        }),
      }),
      execute(batch, conditions = {}) {
        if (batch.x.some((value) => !Number.isFinite(value)))
          throw new OhmlightError('invalid_job', 'an activation is not a finite number');
        const columns = spec.columnEnd - spec.columnStart;
        return {
          y: multiply(spec, weights, batch, calibration, conditions),
          ledger: {
            seconds: batch.rows * 1e-6,
            joules: { array: 0.5, adc: 0.125 },
            joulesBelow: 0.25,
            joulesAbove: 0.75,
            macs: batch.rows * columns * spec.k,
            dacConversions: batch.rows * spec.k,
            adcConversions: batch.rows * columns,
            bytesMoved: 7,
            reloads: 2,
            reloadSeconds: batch.rows * 0.25e-6,
          },
          telemetry: { dacSaturated: 1, adcSaturated: 2, signalRms: 1.5, noiseRms: 0.0625 },
        };
      },
    }),
  }));
}
