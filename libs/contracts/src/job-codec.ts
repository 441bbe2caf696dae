import { OhmlightError } from './errors.js';
import { bytesToFloats, FLOAT_BYTES } from './float-bytes.js';
import { type MatmulJob, matmulJobSchema } from './job.js';
import type { RowBatch } from './rows.js';
import type { ShardSpec } from './shard.js';

/** Shard and row keys as a job's payload carries them: unsigned 64-bit numbers are hexadecimal there. */
export function jobShard(spec: ShardSpec): MatmulJob['shard'] {
  const { checkpoint, layer, operation, profile, k, n, columnStart, columnEnd, calibration, inner } = spec;
  const chipSeed = spec.chipSeed.toString(16);
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
    ...(inner && { inner }),
  };
}

export function jobRowKeys(batch: RowBatch): Pick<MatmulJob, 'rows' | 'seeds' | 'positions'> {
  return {
    rows: batch.rows,
    seeds: Array.from(batch.seeds, (seed) => seed.toString(16)),
    positions: Array.from(batch.positions),
  };
}

/**
 * A payload checked against its schema and in itself.
 * @throws OhmlightError `invalid_job` naming the field at fault.
 */
export function parseMatmulJob(data: unknown): MatmulJob {
  const parsed = matmulJobSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new OhmlightError(
      'invalid_job',
      `job field ${issue.path.join('.') || '(root)'}: ${issue.message}; gateway and dispatcher must be of one version`,
    );
  }
  const { rows, seeds, positions, shard } = parsed.data;
  if (seeds.length !== rows || positions.length !== rows)
    throw new OhmlightError(
      'invalid_job',
      `a job of ${rows} rows carries ${seeds.length} seeds and ${positions.length} positions; send one of each per row`,
    );
  if (shard.columnStart >= shard.columnEnd || shard.columnEnd > shard.n)
    throw new OhmlightError(
      'invalid_job',
      `columns [${shard.columnStart}, ${shard.columnEnd}) are no range of ${shard.n} columns`,
    );
  return parsed.data;
}

export function shardOfJob(job: MatmulJob): ShardSpec {
  return { ...job.shard, chipSeed: BigInt(`0x${job.shard.chipSeed}`) };
}

/**
 * The rows of a job with their activations.
 * @throws OhmlightError `invalid_job` when the bytes are not rows × k float32.
 */
export function batchOfJob(job: MatmulJob, activations: Uint8Array): RowBatch {
  const expected = job.rows * job.shard.k * FLOAT_BYTES;
  if (activations.byteLength !== expected)
    throw new OhmlightError(
      'invalid_job',
      `activations of ${job.rows} rows of ${job.shard.k} take ${expected} bytes; the job carries ${activations.byteLength}`,
    );
  return {
    rows: job.rows,
    x: bytesToFloats(activations),
    seeds: BigUint64Array.from(job.seeds, (seed) => BigInt(`0x${seed}`)),
    positions: Uint32Array.from(job.positions),
  };
}
