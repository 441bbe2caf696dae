import { type Pool, queueName } from '@ohmlight/contracts';
import type { Logger } from '@ohmlight/telemetry';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobHandler, JobSource, ReceivedJob } from './job-source.js';

/**
 * A consumer that dies leaves its jobs locked; they are handed out again once the lock lapses and two checks
 * have seen it so: at most LOCK_MS + 2 × STALLED_CHECK_MS after its death.
 */
const LOCK_MS = 3_000;
const STALLED_CHECK_MS = 1_000;
/** A job that outlives so many consumers is what kills them. */
const MOST_RECOVERIES = 3;
/** Milliseconds before a fetch that failed is tried again. */
const FETCH_RETRY_MS = 200;

export interface BullmqJobSourceOptions {
  /** Commands of all workers; each worker adds one blocking connection of its own. */
  readonly connection: Redis;
  readonly namespace: string;
  readonly concurrency: number;
  readonly logger: Logger;
}

/** Jobs out of one BullMQ queue per pool. */
export class BullmqJobSource implements JobSource {
  readonly #options: BullmqJobSourceOptions;
  #workers: Worker[] = [];

  constructor(options: BullmqJobSourceOptions) {
    this.#options = options;
  }

  async start(pools: readonly Pool[], handler: JobHandler): Promise<void> {
    this.#workers = pools.map((pool) => this.#worker(pool, handler));
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  async stop(graceMs: number): Promise<void> {
    const timeout = Promise.withResolvers<void>();
    const timer = setTimeout(timeout.resolve, graceMs);
    const closed = Promise.all(this.#workers.map((worker) => worker.close()));
    await Promise.race([closed, timeout.promise]);
    clearTimeout(timer);
    this.#workers = [];
  }

  #worker(pool: Pool, handler: JobHandler): Worker {
    const { connection, namespace, concurrency, logger } = this.#options;
    const process = async (job: Job): Promise<void> => {
      const result = await handler.handle(received(job, pool));
      if ('reason' in result) throw new UnrecoverableError(result.reason);
    };
    const worker = new Worker(queueName(pool), process, {
      connection,
      prefix: namespace,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MOST_RECOVERIES,
      runRetryDelay: FETCH_RETRY_MS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    worker.on('error', (error) => logger.warn({ pool, reason: error.message }, 'queue'));
    worker.on('stalled', (id) => logger.warn({ pool, job: id }, 'job recovered from a lost dispatcher'));
    worker.on('failed', (job, error) => {
      // The handler answers what it fails; this one never came to it.
      if (job?.deferredFailure)
        handler
          .abandon(received(job, pool), error.message)
          .catch((thrown: unknown) => logger.warn({ pool, job: job.id, reason: String(thrown) }, 'job not answered'));
    });
    return worker;
  }
}

function received(job: Job, pool: Pool): ReceivedJob {
  return { id: job.id ?? '', pool, data: job.data as unknown, addedAt: job.timestamp };
}
