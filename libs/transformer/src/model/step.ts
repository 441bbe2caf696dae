import { type Operation, OhmlightError, type RowBatch } from '@ohmlight/contracts';
import type { LlamaConfig } from '../checkpoint/config.js';
import type { MatmulReply } from '../matmul.js';
import type { DigitalWork } from '../digital/digital-cost.js';
import type { KvCache } from './kv-cache.js';

/** Rows of one sequence in a step: a chunk of its prompt, or its newest token. */
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

/** One executed phase of a step. */
export interface PhaseResult {
  readonly layer: number;
  readonly operation: Operation;
  readonly reply: MatmulReply;
}

/** Wall seconds of a step, by where they went; queue, gRPC and engine are as the matmul reports them. */
export interface StepWall {
  readonly total: number;
  /** Outside every matmul call. */
  readonly digitalUnit: number;
  readonly queue: number;
  readonly grpc: number;
  readonly engine: number;
}

export interface StepResult {
  /** Per slice, per asked row: vocabSize logits of their own. */
  readonly logits: Float32Array[][];
  /** In the order of execution: 4 a layer (3 where `ffn` is fused), and lm_head where a row wants logits. */
  readonly phases: PhaseResult[];
  /** Work of the digital unit; docs/reference/transformer.md has the formulas. */
  readonly digital: Readonly<DigitalWork>;
  readonly wall: StepWall;
}

/** The rows of a step, one after the other: slice by slice, position by position. */
export class StepRows {
  readonly rows: number;
  readonly tokens: Int32Array;
  readonly caches: KvCache[] = [];
  readonly seeds: BigUint64Array;
  readonly positions: Uint32Array;
  /** Indices of the rows that want logits. */
  readonly wanted: number[] = [];

  /** @throws OhmlightError `invalid_value` for a token outside the vocabulary; `internal_error` for slices that do not fit their caches. */
  constructor(slices: readonly SequenceSlice[], config: LlamaConfig) {
    this.rows = slices.reduce((sum, { tokens }) => sum + tokens.length, 0);
    if (this.rows === 0) throw new OhmlightError('internal_error', 'a step needs at least one row');
    this.tokens = new Int32Array(this.rows);
    this.seeds = new BigUint64Array(this.rows);
    this.positions = new Uint32Array(this.rows);
    let row = 0;
    for (const { cache, tokens, start, seed, logits } of slices) {
      if (start !== cache.length)
        throw new OhmlightError('internal_error', `a slice starts at ${start}, but its cache holds ${cache.length}`);
      for (let i = 0; i < tokens.length; i++, row++) {
        const token = tokens[i]!;
        if (!Number.isInteger(token) || token < 0 || token >= config.vocabSize)
          throw new OhmlightError('invalid_value', `token ${token} is outside the vocabulary of ${config.vocabSize}`);
        this.tokens[row] = token;
        this.caches.push(cache);
        this.seeds[row] = BigInt.asUintN(64, seed);
        this.positions[row] = start + i;
        if (logits === 'all' || (logits === 'last' && i === tokens.length - 1)) this.wanted.push(row);
      }
    }
  }

  /** All rows with activations `x`. */
  batch(x: Float32Array): RowBatch {
    return { rows: this.rows, x, seeds: this.seeds, positions: this.positions };
  }

  /** The rows that want logits with activations `x`. */
  wantedBatch(x: Float32Array): RowBatch {
    return {
      rows: this.wanted.length,
      x,
      seeds: BigUint64Array.from(this.wanted, (row) => this.seeds[row]!),
      positions: Uint32Array.from(this.wanted, (row) => this.positions[row]!),
    };
  }
}
