import type { Shard as ProtoShard } from './generated/ohmlight/core/v1/core.js';
import { OhmlightError } from './errors.js';
import { fromProtoOperation, type Operation, toProtoOperation } from './words.js';

/** One static weight matrix of a checkpoint: `y = x · Wᵀ`, `k` inputs, `n` outputs (columns). */
export interface MatrixRef {
  readonly checkpoint: string;
  /** Layer of the matrix; `lm_head` has the number of layers. */
  readonly layer: number;
  readonly operation: Operation;
  readonly k: number;
  readonly n: number;
  /** Hidden units of an `ffn`: columns of gate and of up, inputs of down; absent elsewhere. */
  readonly inner?: number | undefined;
}

/** A matrix of a checkpoint and the device profile that holds it. */
export interface HeldMatrix extends Omit<MatrixRef, 'checkpoint'> {
  readonly profile: string;
  /** How many alike its phase reads, the experts of a layer; 1 if left out. */
  readonly experts?: number | undefined;
}

/** A range of columns (outputs) of a matrix on one device profile. */
export interface ShardSpec extends MatrixRef {
  readonly profile: string;
  readonly columnStart: number;
  readonly columnEnd: number;
  /** Seed of the chip, unsigned 64 bit. */
  readonly chipSeed: bigint;
  /** Digest of the calibration that the shard is programmed with; absent where there is none. */
  readonly calibration?: string | undefined;
}

/**
 * Weights that a shard is programmed from: columns × k; of an `ffn` shard gate and up, inner × k each, then down,
 * columns × inner.
 */
export function weightCount({ k, columnStart, columnEnd, inner }: ShardSpec): number {
  const columns = columnEnd - columnStart;
  return inner ? 2 * inner * k + columns * inner : columns * k;
}

/** Column ranges never cut a tile: tiles of every device profile divide this many columns or start on it. */
export const SHARD_ALIGNMENT = 256;

/**
 * Splits `n` columns into ranges of at most `maxColumns`, as even as alignment allows, in order.
 * The plan depends on the shape alone, so every process derives the same one.
 */
export function planShards(n: number, maxColumns: number): { columnStart: number; columnEnd: number }[] {
  const blocks = Math.ceil(n / SHARD_ALIGNMENT);
  const blocksPerShard = Math.max(1, Math.floor(maxColumns / SHARD_ALIGNMENT));
  const shards = Math.ceil(blocks / blocksPerShard);
  const plan = [];
  for (let i = 0; i < shards; i++) {
    const columnStart = Math.floor((i * blocks) / shards) * SHARD_ALIGNMENT;
    const columnEnd = Math.min(n, Math.floor(((i + 1) * blocks) / shards) * SHARD_ALIGNMENT);
    plan.push({ columnStart, columnEnd });
  }
  return plan;
}

/** The shard's name: equal specs have equal ids, in every process and run. */
export function shardId(spec: ShardSpec): string {
  const { checkpoint, layer, operation, columnStart, columnEnd, profile, chipSeed, calibration } = spec;
  const device = calibration ? `${profile}~${calibration}` : profile;
  return `${checkpoint}/${layer}/${operation}/${columnStart}-${columnEnd}@${device}#${chipSeed.toString(16)}`;
}

/** Columns of the shard that `shardId` named so; undefined for a text that is no shard's name. */
export function columnsOfShardId(id: string): number | undefined {
  const range = /\/(\d+)-(\d+)@[^/@]*$/.exec(id);
  return range ? Number(range[2]) - Number(range[1]) : undefined;
}

export function shardToProto(spec: ShardSpec): ProtoShard {
  const { calibration = '', inner = 0 } = spec;
  return { ...spec, operation: toProtoOperation(spec.operation), calibration, inner };
}

/** @throws OhmlightError `invalid_shard` when the message lacks a field or its range is empty or out of bounds. */
export function shardFromProto(message: ProtoShard | undefined): ShardSpec {
  const operation = message && fromProtoOperation(message.operation);
  if (!message || !operation) throw new OhmlightError('invalid_shard', 'the shard names no known operation');
  const { checkpoint, layer, profile, k, n, columnStart, columnEnd, chipSeed, calibration, inner } = message;
  if (!checkpoint || !profile || k < 1 || n < 1 || columnStart >= columnEnd || columnEnd > n)
    throw new OhmlightError(
      'invalid_shard',
      `shard ${checkpoint}/${layer}/${operation} [${columnStart}, ${columnEnd}) of ${n} columns, ${k} rows, profile "${profile}" is not a range of a matrix`,
    );
  if ((operation === 'ffn') !== inner > 0)
    throw new OhmlightError(
      'invalid_shard',
      `an ffn shard, and no other, states its hidden units (inner); here: ${inner}`,
    );
  return {
    checkpoint,
    layer,
    operation,
    profile,
    k,
    n,
    columnStart,
    columnEnd,
    chipSeed,
    ...(calibration && { calibration }),
    ...(inner > 0 && { inner }),
  };
}
