import {
  assertLayers,
  firstNonFinite,
  fusedIn,
  type MatrixRef,
  OhmlightError,
  type Pool,
  type RowBatch,
  type ShardSpec,
} from '@ohmlight/contracts';
import {
  calibrationOf,
  layersOf,
  matrixOf,
  type NamedPlacement,
  placementShards,
  type ReadableCheckpoint,
  type ShardOptions,
} from '@ohmlight/shard-router';
import type { Matmul, MatmulCall, MatmulReply } from '@ohmlight/transformer';
import { joinShards, splitWall } from './join-shards.js';
import type { ShardRunner } from './shard-runner.js';

/** What a phase needs to know of device profiles. */
export type ProfilePools = ReadonlyMap<string, { readonly name: string; readonly pool: Pool }>;

export interface ShardedMatmulOptions extends ShardOptions {
  readonly profiles: ProfilePools;
  readonly jobDeadlineMs: number;
}

interface PhasePlan {
  readonly matrix: MatrixRef;
  readonly pool: Pool;
  readonly shards: readonly ShardSpec[];
  /** Divides the inputs; absent where nothing scales them. */
  readonly channelScale: Float32Array | undefined;
}

/** The Matmul port over any runner of shards: plans a phase's shards, runs them side by side, joins the replies. */
export class ShardedMatmul implements Matmul {
  readonly #plans = new Map<string, PhasePlan>();

  /** @throws OhmlightError `model_not_found` where a rule speaks for layers that the checkpoint does not have. */
  constructor(
    private readonly checkpoint: ReadableCheckpoint,
    private readonly placement: NamedPlacement,
    private readonly runner: ShardRunner,
    private readonly options: ShardedMatmulOptions,
  ) {
    assertLayers(placement, checkpoint.name, layersOf(checkpoint));
  }

  fused(layer: number): boolean {
    return fusedIn(this.placement.rules, layer);
  }

  async execute(call: MatmulCall, signal?: AbortSignal): Promise<MatmulReply> {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    const { matrix, pool, shards, channelScale } = this.#plan(call);
    checkBatch(call.batch, matrix);
    const batch = channelScale ? { ...call.batch, x: divided(call.batch.x, channelScale) } : call.batch;
    const replies = await this.runner.run({
      shards,
      pool,
      batch,
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
    const { channelScale } = calibrationOf(matrix, this.placement, this.options) ?? {};
    const plan = { matrix, pool: profile.pool, shards, channelScale };
    this.#plans.set(key, plan);
    return plan;
  }
}

/**
 * x_k/s_k row by row. The scales are powers of two, so these are the bits of a norm whose weights are divided by them:
 * a calibrated norm in all but place, and the caller's own activations stay what an uncalibrated reference takes.
 */
function divided(x: Float32Array, scale: Float32Array): Float32Array {
  const k = scale.length;
  const out = new Float32Array(x.length);
  for (let at = 0; at < x.length; at += k) for (let i = 0; i < k; i++) out[at + i] = x[at + i]! / scale[i]!;
  return out;
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
