import type { Operation } from '@ohmlight/contracts';
import type { LlamaConfig } from '../checkpoint/config.js';

/** What the digital unit reads of a checkpoint. */
export interface DigitalWeights {
  readonly config: LlamaConfig;
  /** Row-major, vocabSize × hidden. */
  readonly embedding: Float32Array;
  /** Norms of each layer, hidden values each: before attention, and before the feed-forward part. */
  readonly norms: readonly { readonly attention: Float32Array; readonly ffn: Float32Array }[];
  readonly finalNorm: Float32Array;
}

/** Room of the unit for the keys and values of one sequence. */
export interface UnitCache {
  /** Gives the room back. No step uses the cache any more; a second call does nothing. */
  free(): void;
}

/** The rows of a step. */
export interface UnitRows {
  readonly tokens: Int32Array;
  /** Absolute position of each row. */
  readonly positions: Uint32Array;
  /** Cache of each row. Rows of one cache stand together, their positions in order, without a gap in the cache. */
  readonly caches: readonly UnitCache[];
  /** Rows that go through the final norm. */
  readonly wanted: readonly number[];
}

/**
 * The digital unit at work on one step. Between two phases of matmul lies exactly one call:
 *
 * | after | happens | gives, row-major |
 * |---|---|---|
 * | the step began | embedding, norm | rows × hidden, for `qkv` of layer 0 |
 * | `qkv` | RoPE, keys and values into the caches, attention | rows × heads · headDim, for `o` |
 * | `o` | residual sum, norm | rows × hidden, for `gate_up` |
 * | `gate_up` | silu(gate) · up | rows × ffn, for `down` |
 * | `down`, or `ffn` in place of both | residual sum, norm of the next layer | rows × hidden, for its `qkv` |
 * | that of the last layer | residual sum, final norm of the wanted rows | wanted × hidden, for `lm_head` |
 */
export interface UnitStep {
  /** Input of the first phase. The caller's own, like every result. */
  readonly x: Float32Array;
  /** @param y Output of the phase, rows × its columns; it is not kept and not changed. */
  after(layer: number, operation: Operation, y: Float32Array): Promise<Float32Array>;
  /** Forgets the step, also in the middle. What it wrote to the caches stays until a later step writes over it. */
  end(): void;
}

/**
 * The port to what lies between the matmuls of a forward pass: f32, one row at a time, so that a row's bits depend on
 * the row and its cache alone. Every implementation gives the same bits.
 */
export interface DigitalUnit {
  /** An empty cache; it takes memory as it is written to. */
  openCache(): UnitCache;
  /**
   * Begins a step. Steps of different caches may be under way at the same time.
   * @throws OhmlightError `capacity_exceeded` where the caches find no room.
   */
  begin(rows: UnitRows): Promise<UnitStep>;
  /** Frees everything; no call follows. */
  close(): Promise<void>;
}

/** Makes the unit of a checkpoint. */
export type OpenDigitalUnit = (weights: DigitalWeights) => DigitalUnit;
