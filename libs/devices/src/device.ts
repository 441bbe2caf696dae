import type { Ledger, Pool, RowBatch, ShardSpec, Telemetry } from '@ohmlight/contracts';

export interface Execution {
  /** Row-major, rows × (columnEnd − columnStart). */
  readonly y: Float32Array;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
}

/** A shard whose static error is frozen: programming is done, execution may repeat. */
export interface ProgrammedShard {
  readonly spec: ShardSpec;
  readonly residentBytes: number;
  /** What programming would have taken on the device. */
  readonly programLedger: Ledger;
  /**
   * Multiplies rows by the shard.
   * @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite.
   */
  execute(batch: RowBatch): Execution;
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
  program(spec: ShardSpec, weights: Float32Array): ProgrammedShard;
}
