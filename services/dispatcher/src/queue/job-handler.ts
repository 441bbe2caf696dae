import {
  asOhmlightError,
  batchOfJob,
  jobConditions,
  type MatmulJob,
  OhmlightError,
  parseMatmulJob,
  type Pool,
  type ReplyMeta,
  shardOfJob,
} from '@ohmlight/contracts';
import type { RoutedReply, ShardRouter } from '@ohmlight/shard-router';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { ReplySink } from '../replies/reply-sink.js';
import type { ActivationStore } from './activation-store.js';
import type { JobHandler, JobOutcome, ReceivedJob } from './job-source.js';

export interface MatmulJobHandlerParts {
  readonly router: Pick<ShardRouter, 'execute'>;
  readonly replies: ReplySink;
  readonly activations: ActivationStore;
  /** Pool of each device profile. */
  readonly profiles: ReadonlyMap<string, { readonly pool: Pool }>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Runs a job on a core and answers it on the stream that it names: with its outputs, or with its reason. */
export class MatmulJobHandler implements JobHandler {
  readonly #parts: MatmulJobHandlerParts;

  constructor(parts: MatmulJobHandlerParts) {
    this.#parts = parts;
  }

  async handle(received: ReceivedJob): Promise<JobOutcome> {
    const startedAt = performance.now();
    let job: MatmulJob;
    try {
      job = parseMatmulJob(received.data);
    } catch (thrown) {
      return this.#refuse(received, asOhmlightError(thrown));
    }
    const labels = this.#labels(job);
    const { metrics, replies, logger } = this.#parts;
    metrics.observe('ohmlight_matmul_queue_wait_seconds', labels, Math.max(0, Date.now() - received.addedAt) / 1000);
    let result: JobOutcome;
    try {
      const reply = await this.#run(job);
      metrics.observe('ohmlight_matmul_wall_seconds', labels, reply.coreSeconds);
      await replies.send(
        job.replyStream,
        job.correlationId,
        success(reply, (performance.now() - startedAt) / 1000),
        reply.y,
      );
      if (reply.share < 1) metrics.add('ohmlight_matmul_shared_loads_total', labels);
      result = { outcome: reply.attempts > 1 ? 'retried' : 'ok' };
      logger.debug({ ...about(received, job), core: reply.coreId, attempts: reply.attempts }, 'job done');
    } catch (thrown) {
      const error = asOhmlightError(thrown);
      await replies.send(job.replyStream, job.correlationId, failure(error));
      result = {
        outcome: error.code === 'deadline_exceeded' ? 'expired' : 'failed',
        reason: `${error.code}: ${error.message}`,
      };
      logger.warn({ ...about(received, job), code: error.code, reason: error.message }, 'job failed');
    }
    metrics.add('ohmlight_matmul_jobs_total', { ...labels, outcome: result.outcome });
    return result;
  }

  async abandon(received: ReceivedJob, reason: string): Promise<JobOutcome> {
    return this.#refuse(
      received,
      new OhmlightError(
        'internal_error',
        `the queue gave the job up: ${reason}; the dispatchers' logs tell what ended them`,
      ),
    );
  }

  async #run(job: MatmulJob): Promise<RoutedReply> {
    const late = Date.now() - job.deadline;
    if (late >= 0)
      throw new OhmlightError(
        'deadline_exceeded',
        `the job waited in the ${job.pool} queue until ${late} ms after its deadline; start more cores or dispatchers`,
      );
    const { router, activations, profiles } = this.#parts;
    const spec = shardOfJob(job);
    const profile = profiles.get(spec.profile);
    if (!profile)
      throw new OhmlightError(
        'profile_not_found',
        `no device profile "${spec.profile}" here; there are ${[...profiles.keys()].join(', ')}: gateway and dispatcher must read the same OHMLIGHT_PROFILES`,
      );
    if (profile.pool !== job.pool)
      throw new OhmlightError(
        'invalid_job',
        `profile ${spec.profile} belongs to the ${profile.pool} pool, not to ${job.pool}`,
      );
    const bytes =
      'inline' in job.activations
        ? Buffer.from(job.activations.inline, 'base64')
        : await activations.read(job.activations.key);
    const batch = batchOfJob(job, bytes);
    return router.execute({
      spec,
      pool: job.pool,
      batch,
      conditions: jobConditions(job),
      requestId: job.requestIds.join(','),
      deadline: job.deadline,
    });
  }

  /** A job that cannot be run is answered all the same where it says to whom. */
  async #refuse(received: ReceivedJob, error: OhmlightError): Promise<JobOutcome> {
    const { replies, metrics, logger } = this.#parts;
    const { replyStream, correlationId } = (received.data ?? {}) as Record<string, unknown>;
    if (typeof replyStream === 'string' && typeof correlationId === 'string')
      await replies.send(replyStream, correlationId, failure(error));
    metrics.add('ohmlight_matmul_jobs_total', {
      pool: received.pool,
      profile: 'unknown',
      op: 'unknown',
      outcome: 'failed',
    });
    logger.warn({ job: received.id, pool: received.pool, code: error.code, reason: error.message }, 'job refused');
    return { outcome: 'failed', reason: `${error.code}: ${error.message}` };
  }

  /** Profiles that do not exist share one label, so that a payload cannot grow the metrics. */
  #labels({ pool, shard }: MatmulJob): { pool: string; profile: string; op: string } {
    const profile = this.#parts.profiles.has(shard.profile) ? shard.profile : 'unknown';
    return { pool, profile, op: shard.operation };
  }
}

/** What the logs tell of a job: `request_id` binds the line to its requests. */
function about({ id, pool }: ReceivedJob, { shard, requestIds }: MatmulJob): Record<string, unknown> {
  const { checkpoint, layer, operation, profile } = shard;
  return { job: id, pool, checkpoint, layer, operation, profile, request_id: requestIds.join(',') };
}

function success(
  { ledger, telemetry, coreId, coreSeconds, engineSeconds, attempts, share }: RoutedReply,
  dispatcher: number,
): ReplyMeta {
  const { dacSaturated, adcSaturated, signalRms, noiseRms } = telemetry;
  return {
    ok: true,
    coreId,
    ledger: { ...ledger, joules: { ...ledger.joules } },
    telemetry: { dacSaturated, adcSaturated, signalRms, noiseRms },
    wall: { engine: engineSeconds, core: coreSeconds, dispatcher },
    attempts,
    share,
  };
}

const failure = (error: OhmlightError): ReplyMeta => ({ ok: false, code: error.code, message: error.message });
