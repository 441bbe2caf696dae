import { OhmlightError, type Operation } from '@ohmlight/contracts';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { LlamaConfig } from '../checkpoint/config.js';
import type { Matmul, MatmulReply } from '../matmul.js';
import { KvCache } from './kv-cache.js';

/** Rows of one sequence in a step. */
export interface SequenceSlice {
  readonly cache: KvCache;
  readonly tokens: Int32Array | readonly number[];
  /** Absolute position of tokens[0]; equals cache.length. */
  readonly start: number;
  /** Request seed, unsigned 64 bit. */
  readonly seed: bigint;
  /** Rows whose logits are asked for. */
  readonly logits: 'none' | 'last' | 'all';
}

export interface PhaseResult {
  readonly layer: number;
  readonly operation: Operation;
  readonly reply: MatmulReply;
}

export interface StepResult {
  /** Per slice, per asked row: vocabSize logits. */
  readonly logits: Float32Array[][];
  readonly phases: PhaseResult[];
  /** Work of the digital unit; docs/reference/transformer.md has the formulas. */
  readonly digital: { readonly flops: number; readonly bytes: number };
  /** Wall seconds of the step, by where they went. */
  readonly wall: {
    readonly total: number;
    readonly digitalUnit: number;
    readonly queue: number;
    readonly grpc: number;
    readonly engine: number;
  };
}

export class LlamaModel {
  private constructor(readonly config: LlamaConfig) {}

  static async load(checkpoint: Checkpoint): Promise<LlamaModel> {
    return new LlamaModel(checkpoint.config);
  }

  newKvCache(): KvCache {
    return new KvCache();
  }

  async forward(_slices: readonly SequenceSlice[], _matmul: Matmul, _signal?: AbortSignal): Promise<StepResult> {
    throw new OhmlightError('internal_error', 'this build runs no model yet');
  }
}
