import {
  activationsKey,
  floatsToBytes,
  INLINE_ACTIVATION_BYTES,
  jobConditions,
  jobRowKeys,
  jobShard,
  type MatmulJob,
  type Pool,
} from '@ohmlight/contracts';
import { PhaseWait } from './phase-wait.js';
import type { PhaseCall, ShardReply } from '@ohmlight/matmul';

/** A phase on its way: what is sent, so that it can be sent again, and who waits. */
export interface Phase {
  readonly pool: Pool;
  /** One per shard. */
  readonly jobs: readonly { readonly id: string; readonly data: MatmulJob }[];
  /** Activations that are too long to ride in the jobs, with their key. */
  readonly activations: { readonly key: string; readonly bytes: Buffer } | undefined;
  /** Columns of each shard. */
  readonly columns: readonly number[];
  readonly rows: number;
  /** Unix milliseconds. */
  readonly deadline: number;
  readonly wait: PhaseWait<ShardReply>;
}

/**
 * The jobs of a phase. Shards read the same rows, so activations are encoded once; beyond the inline limit they
 * are stored once, under one key that all of the phase's jobs name.
 *
 * @param id Unique to the phase; a job's id is it and the shard's place.
 */
export function createPhase(call: PhaseCall, id: string, namespace: string, replyStream: string): Phase {
  const { shards, pool, batch, conditions = {}, requestIds, deadline } = call;
  const bytes = floatsToBytes(batch.x);
  const key = bytes.byteLength > INLINE_ACTIVATION_BYTES ? activationsKey(namespace, id) : undefined;
  const activations = key === undefined ? { inline: bytes.toString('base64') } : { key };
  const rowKeys = jobRowKeys(batch);
  return {
    pool,
    jobs: shards.map((spec, place) => {
      const correlationId = `${id}-${place}`;
      const shard = jobShard(spec);
      return {
        id: correlationId,
        data: {
          version: 1,
          correlationId,
          replyStream,
          requestIds: [...requestIds],
          pool,
          shard,
          ...rowKeys,
          activations,
          ...jobConditions(conditions),
          deadline,
        },
      };
    }),
    activations: key === undefined ? undefined : { key, bytes },
    columns: shards.map((spec) => spec.columnEnd - spec.columnStart),
    rows: batch.rows,
    deadline,
    wait: new PhaseWait(shards.length),
  };
}
