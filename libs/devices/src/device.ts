import type { Calibration, Ledger, Pool, RowBatch, ShardSpec, Telemetry } from '@ohmlight/contracts';

export type { Calibration };

export interface Execution {
  /** Row-major, rows × (columnEnd − columnStart). */
  readonly y: Float32Array;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
}

/** When an execution takes place, on the device's virtual clock. */
export interface Conditions {
  /** Seconds since the shard was programmed; the profile's `read_time` unless stated. */
  readonly deviceTime?: number;
  /** Device time at which drift was last measured; what the profile's policy says unless stated. */
  readonly calibratedAt?: number;
}

/** A shard whose static error is frozen: programming is done, execution may repeat. */
export interface ProgrammedShard {
  readonly spec: ShardSpec;
  readonly residentBytes: number;
  /** What programming would have taken on the device. */
  readonly programLedger: Ledger;
  /**
   * Multiplies rows by the shard.
   * @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite; `invalid_value` for
   *   a device time before programming.
   */
  execute(batch: RowBatch, conditions?: Conditions): Execution;
  /** What one measurement of drift takes; absent where nothing drifts. */
  readonly recalibrationLedger?: Ledger | undefined;
  /** Gives the engine's memory back; the shard cannot be executed afterwards. */
  release?(): void;
}

/** A device profile brought to life: physics (program), readout (execute) and cost (ledger). */
export interface Device {
  /** Name of the profile. */
  readonly name: string;
  readonly pool: Pool;
  /**
   * Programs weights, row-major (columnEnd − columnStart) × k.
   * @throws OhmlightError `invalid_shard` when the length does not fit or a weight is not finite.
   */
  program(spec: ShardSpec, weights: Float32Array, calibration?: Calibration): ProgrammedShard;
}
