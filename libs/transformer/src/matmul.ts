import type { Conditions, Ledger, Operation, RowBatch, Telemetry } from '@ohmlight/contracts';

/** One phase: rows of activations to multiply by one static weight matrix of the checkpoint. */
export interface MatmulCall {
  /** Layer of the matrix; `lm_head` has the number of layers. */
  readonly layer: number;
  readonly operation: Operation;
  readonly batch: RowBatch;
  /** When the devices are read; as their profiles have it where absent. */
  readonly conditions?: Conditions | undefined;
  /** Requests whose rows these are, for the logs along the walk. */
  readonly requestIds?: readonly string[];
}

/** Wall seconds of a phase, by where they went. Where the matmul ran in the calling process, all of it is engine. */
export interface MatmulWall {
  /** Around everything: from the call to its reply. */
  readonly total: number;
  /** In the cores' engines (the slowest shard). */
  readonly engine: number;
  /** In gRPC: the core round trip less its engine. */
  readonly grpc: number;
  /** In the queue: total less the core round trip. */
  readonly queue: number;
}

export interface MatmulReply {
  /** Row-major, rows × n: all shards joined. */
  readonly y: Float32Array;
  /** Shards run side by side: seconds of the slowest, joules of all. */
  readonly ledger: Ledger;
  readonly telemetry: Telemetry;
  readonly wall: MatmulWall;
  /** Jobs (shards) that the phase took. */
  readonly jobs: number;
  /**
   * The phase's part of its time: less than 1 where other steps' rows were in the same execution, whose load of
   * weights they shared; 1 if left out.
   */
  readonly share?: number;
}

/**
 * The port through which every static-weight matmul of the transformer passes. An implementation is
 * bound to a checkpoint and a placement.
 *
 * @throws OhmlightError with a code of the error table; the abort reason when `signal` aborts.
 */
export interface Matmul {
  /**
   * Whether the feed-forward part of a layer is one phase, `ffn`, in place of `gate_up`, the activation and `down`;
   * of none where absent.
   */
  fused?(layer: number): boolean;
  execute(call: MatmulCall, signal?: AbortSignal): Promise<MatmulReply>;
}
