import {
  firstNonFinite,
  type MatrixRef,
  OhmlightError,
  type Pool,
  type RowBatch,
  type ShardSpec,
} from '@ohmlight/contracts';
import { matrixOf, type NamedPlacement, placementShards, type ReadableCheckpoint } from '@ohmlight/shard-router';
import type { Matmul, MatmulCall, MatmulReply } from '@ohmlight/transformer';
import { joinShards, splitWall } from './join-shards.js';
import type { ShardRunner } from './shard-runner.js';

/** What a phase needs to know of device profiles. */
export type ProfilePools = ReadonlyMap<string, { readonly name: string; readonly pool: Pool }>;

export interface ShardedMatmulOptions {
  readonly profiles: ProfilePools;
  readonly shardColumns: number;
  readonly chipSeed: bigint;
  readonly jobDeadlineMs: number;
}

interface PhasePlan {
  readonly matrix: MatrixRef;
  readonly pool: Pool;
  readonly shards: readonly ShardSpec[];
}

/** The Matmul port over any runner of shards: plans a phase's shards, runs them side by side, joins the replies. */
export class ShardedMatmul implements Matmul {
  readonly #plans = new Map<string, PhasePlan>();

  constructor(
    private readonly checkpoint: ReadableCheckpoint,
    private readonly placement: NamedPlacement,
    private readonly runner: ShardRunner,
    private readonly options: ShardedMatmulOptions,
  ) {}

  get fused(): boolean {
    return this.placement.rules.ffn !== undefined;
  }

  async execute(call: MatmulCall, signal?: AbortSignal): Promise<MatmulReply> {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    const { matrix, pool, shards } = this.#plan(call);
    checkBatch(call.batch, matrix);
    const replies = await this.runner.run({
      shards,
      pool,
      batch: call.batch,
      conditions: call.conditions,
      requestIds: call.requestIds ?? [],
      deadline: Date.now() + this.options.jobDeadlineMs,
      ...(signal && { signal }),
    });
    const total = (performance.now() - startedAt) / 1000;
    return joinShards(shards, replies, call.batch.rows, splitWall(total, replies, this.runner.serial));
  }

  #plan({ layer, operation }: MatmulCall): PhasePlan {
    const key = `${layer}/${operation}`;
    const known = this.#plans.get(key);
    if (known) return known;
    const matrix = matrixOf(this.checkpoint, layer, operation);
    if (!matrix)
      throw new OhmlightError(
        'invalid_job',
        `checkpoint ${this.checkpoint.name} has no matrix ${key}; ask for one of its own`,
      );
    const shards = placementShards(matrix, this.placement, this.options);
    const name = shards[0]!.profile;
    const profile = this.options.profiles.get(name);
    if (!profile)
      throw new OhmlightError(
        'profile_not_found',
        `placement ${this.placement.name} names device profile "${name}", which does not exist; there are ${[...this.options.profiles.keys()].join(', ')}`,
      );
    const plan = { matrix, pool: profile.pool, shards };
    this.#plans.set(key, plan);
    return plan;
  }
}

/** @throws OhmlightError `invalid_job` when lengths do not fit the matrix or an activation is not finite. */
function checkBatch({ rows, x, seeds, positions }: RowBatch, matrix: MatrixRef): void {
  const where = `${matrix.checkpoint}/${matrix.layer}/${matrix.operation}`;
  if (!Number.isInteger(rows) || rows < 1)
    throw new OhmlightError('invalid_job', `a phase of ${where} takes at least one row, not ${rows}`);
  if (x.length !== rows * matrix.k || seeds.length !== rows || positions.length !== rows)
    throw new OhmlightError(
      'invalid_job',
      `${rows} rows for ${where} take ${rows} × ${matrix.k} activations, ${rows} seeds and ${rows} positions, not ${x.length}, ${seeds.length} and ${positions.length}`,
    );
  const wrong = firstNonFinite(x);
  if (wrong >= 0)
    throw new OhmlightError(
      'invalid_job',
      `activation ${wrong % matrix.k} of row ${Math.floor(wrong / matrix.k)} for ${where} is ${x[wrong]}; every one must be a finite number`,
    );
}
