import type { ErrorCode, Operation } from '@ohmlight/contracts';
import type { Module } from '@ohmlight/tile-engine/digital';
import type { CoreRows } from './digital-core.js';
import type { DigitalWeights } from './digital-unit.js';

/** What the worker starts with. Weights stand in shared memory; the kernels come compiled. */
export interface WorkerStart {
  readonly weights: DigitalWeights;
  readonly module: Module;
  readonly limitBytes: number | undefined;
  /** Counts messages; the thread sleeps on it. */
  readonly bell: Int32Array<SharedArrayBuffer>;
}

/** Asks for the input of a phase; every request gets one reply, in order. */
export type WorkerRequest =
  | { readonly type: 'begin'; readonly step: number; readonly rows: CoreRows }
  | {
      readonly type: 'after';
      readonly step: number;
      readonly layer: number;
      readonly operation: Operation;
      readonly y: Float32Array<ArrayBuffer>;
    };

/** Wants no answer. */
export type WorkerNotice =
  { readonly type: 'end'; readonly step: number } | { readonly type: 'free'; readonly cache: number };

export type WorkerMessage = WorkerRequest | WorkerNotice;

export type WorkerReply =
  | { readonly x: Float32Array<ArrayBuffer> }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } };
