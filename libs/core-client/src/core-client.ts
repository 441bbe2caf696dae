import type {
  Calibration,
  Conditions,
  Ledger,
  Operation,
  Pool,
  RowBatch,
  ShardSpec,
  Telemetry,
} from '@ohmlight/contracts';

export interface HeldShard {
  readonly shardId: string;
  readonly spec: ShardSpec;
  readonly residentBytes: number;
}

export interface CoreDescription {
  readonly coreId: string;
  readonly pool: Pool;
  readonly version: string;
  readonly profiles: readonly string[];
  readonly shards: readonly HeldShard[];
  readonly residentBytes: number;
  readonly capacityBytes: number;
  readonly enginePath: string;
}

export interface ExecuteCall {
  readonly shardId: string;
  readonly batch: RowBatch;
  readonly conditions?: Conditions | undefined;
  readonly requestId: string;
  /** Unix milliseconds. */
  readonly deadline: number;
}

export interface ExecuteReply {
  /** Row-major, rows × columns of the shard. */
  readonly y: Float32Array;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  /** Wall seconds in the core. */
  readonly engineSeconds: number;
  /** Wall seconds of the round trip, engine included. */
  readonly coreSeconds: number;
}

/** A shard that a core holds now, and what programming it has just taken; nothing where it was already held. */
export interface Programmed {
  readonly shard: HeldShard;
  readonly ledger: Ledger;
  readonly alreadyHeld: boolean;
}

/** What a measurement of drift took on the shards of one operation that a core holds. */
export interface Recalibration {
  readonly operation: Operation;
  /** Shards, each measured once. */
  readonly shards: number;
  /** Shards are measured side by side: seconds of the slowest, everything else of all. */
  readonly ledger: Ledger;
}

/**
 * A core as its callers see it.
 *
 * @throws OhmlightError: the core's own code; `core_unavailable` when the core cannot be reached or is
 * lost while a call is under way; `deadline_exceeded` when the deadline passes first; `core_bad_reply`
 * when a reply has the wrong length or holds a value that is not finite.
 */
export interface Core {
  describe(): Promise<CoreDescription>;
  /** Programs a shard with `weights`, row-major (column_end − column_start) × k, in chunks as they come. */
  program(
    spec: ShardSpec,
    weights: Iterable<Float32Array> | AsyncIterable<Float32Array>,
    calibration?: Calibration,
  ): Promise<Programmed>;
  execute(call: ExecuteCall): Promise<ExecuteReply>;
  evict(shardId: string): Promise<boolean>;
  /**
   * Measures drift on every held shard of a profile, at a device time: they are brought there, and the measurement's
   * cost is told by operation. No shard held is no error.
   * @throws OhmlightError `profile_not_found`; `invalid_value` where the profile's device measures no drift, or for a
   *   device time before programming.
   */
  recalibrate(profile: string, deviceTime: number): Promise<readonly Recalibration[]>;
  close(): void;
}
