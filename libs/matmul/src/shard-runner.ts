import type { Conditions, Ledger, Pool, RowBatch, ShardSpec, Telemetry } from '@ohmlight/contracts';

/** The shards of one phase, all of one matrix on one device profile. */
export interface PhaseCall {
  readonly shards: readonly ShardSpec[];
  readonly pool: Pool;
  readonly batch: RowBatch;
  readonly conditions?: Conditions | undefined;
  readonly requestIds: readonly string[];
  /** Unix milliseconds. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

export interface ShardReply {
  /** Row-major, rows × columns of the shard. */
  readonly y: Float32Array;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  /** The job's part of the rows of its execution, where jobs of other steps shared its load of weights; 1 if left out. */
  readonly share?: number;
  /** Wall seconds in the core's engine, and of the round trip to the core around it. */
  readonly engineSeconds: number;
  readonly coreSeconds: number;
}

/**
 * Where the shards of a phase run: in this process, on cores over gRPC, or through the queue.
 *
 * @throws OhmlightError with a code of the error table; the abort reason when `signal` aborts.
 */
export interface ShardRunner {
  /** One reply per shard, in the order of `shards`. */
  run(call: PhaseCall): Promise<ShardReply[]>;
  /** Whether shards of a phase take turns, so that their engine times add. */
  readonly serial: boolean;
  /** Frees connections; calls under way end with `shutting_down`. */
  close(): Promise<void>;
}
