import type { Calibration, Conditions, Ledger, Pool, RowBatch, ShardSpec, Telemetry } from '@ohmlight/contracts';
import type { Ageing } from './ageing.js';

export type { Calibration, Conditions };

export interface Execution {
  /** Row-major, rows × (columnEnd − columnStart). */
  readonly y: Float32Array;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
}

/** Shape of an execution. */
export interface Work {
  readonly k: number;
  readonly n: number;
  readonly rows: number;
}

/** A shard whose static error is frozen: programming is done, execution may repeat. */
export interface ProgrammedShard {
  readonly spec: ShardSpec;
  /** Bytes held now: the shard's own, and those of every age that it keeps programmed. */
  readonly residentBytes: number;
  /** What programming would have taken on the device. */
  readonly programLedger: Ledger;
  /**
   * Multiplies rows by the shard. A device that ages keeps the last few ages that were asked for, as long as they take
   * at most `room` bytes more than the shard has now.
   * @throws OhmlightError `invalid_job` when lengths do not fit or an activation is not finite; `invalid_value` for
   *   a device time before programming.
   */
  execute(batch: RowBatch, conditions?: Conditions, room?: number): Execution;
  /**
   * Measures drift at a device time, brings the shard there and tells what the measurement takes; absent where
   * nothing of drift is measured.
   * @throws OhmlightError `invalid_value` for a device time before programming.
   */
  recalibrate?(deviceTime: number, room?: number): Ledger;
  /** Forgets every age but the one asked for last; absent where nothing ages. */
  forgetAges?(): void;
  /** Gives the engine's memory back; the shard cannot be executed afterwards. */
  release?(): void;
}

/** What weights take up on a device. */
export interface Footprint {
  /** Physical tiles, each partly filled one counted whole. */
  readonly tiles: number;
  /** Chips, as parts of one; absent where the profile's device is no chip. */
  readonly chips?: number;
  /** Area of the tiles and of their part of a chip, m²; absent where no source gives areas. */
  readonly squareMetres?: number;
}

/** What a matrix takes, from its shape alone. */
export interface MatrixCost {
  /** Executing the rows in one job. */
  readonly execution: Ledger;
  /** Programming the matrix once. */
  readonly programming: Ledger;
}

/** A device profile brought to life: physics (program), readout (execute) and cost (ledger). */
export interface Device {
  /** Name of the profile. */
  readonly name: string;
  readonly pool: Pool;
  /** What time does to it; absent where it stays as it was programmed. */
  readonly ageing?: Ageing | undefined;
  /**
   * Programs weights, row-major (columnEnd − columnStart) × k.
   * @throws OhmlightError `invalid_shard` when the length does not fit or a weight is not finite.
   */
  program(spec: ShardSpec, weights: Float32Array, calibration?: Calibration): ProgrammedShard;
  /**
   * What a matrix of k inputs and n outputs takes for `rows` rows without its weights and activations: `cost` where it
   * follows from the shape. Where it follows from operands, as a crossbar's array and its pulses do, they are taken as
   * standard normal, and nothing as read again by bound management. All kinds of devices have it.
   */
  shapeCost?(k: number, n: number, rows: number): MatrixCost;
  /** What a matrix of k inputs and n outputs takes up; absent where the device holds none for good. */
  footprint?(k: number, n: number): Footprint;
  /**
   * Ledger of executing rows on a matrix of k inputs and n outputs, as `execute` books it; absent where it follows from
   * activations or weights too.
   */
  cost?(k: number, n: number, rows: number): Ledger;
}
