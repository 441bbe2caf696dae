import { type Pool, queueName } from '@ohmlight/contracts';
import type { Logger } from '@ohmlight/telemetry';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobHandler, JobOutcome, ReceivedJob } from './job-source.js';

/**
 * A consumer that dies leaves its jobs locked; they are handed out again once the lock lapses and two checks
 * have seen it so: at most LOCK_MS + 2 × STALLED_CHECK_MS after its death.
 */
const LOCK_MS = 3_000;
const RENEW_MS = LOCK_MS / 3;
const STALLED_CHECK_MS = 1_000;
/** A job that outlives so many consumers is what kills them. */
const MOST_RECOVERIES = 5;
/**
 * Seconds that one wait for a job blocks. A consumer that dies between the signal of a job and its taking it
 * leaves the job without a signal: another finds it when its wait ends.
 */
const WAIT_SECONDS = 2;
/** Milliseconds before a fetch that failed is tried again. */
const RETRY_MS = 200;

export interface BullmqConsumerOptions {
  readonly pool: Pool;
  readonly handler: JobHandler;
  /** Commands; the consumer adds one blocking connection of its own. */
  readonly connection: Redis;
  readonly namespace: string;
  readonly concurrency: number;
  readonly logger: Logger;
}

/**
 * Takes jobs off one BullMQ queue, many at a time.
 *
 * It fetches by hand where BullMQ's own loop would ask for a second job before it begins the first, a round
 * trip on every phase's way; so it renews locks by hand too.
 */
export class BullmqConsumer {
  readonly #options: BullmqConsumerOptions;
  readonly #worker: Worker;
  /** Lock token and completion of each job under way, by job id. */
  readonly #underWay = new Map<string, { readonly token: string; readonly done: Promise<void> }>();
  #tokens = 0;
  #stopping = false;
  #renewal: NodeJS.Timeout | undefined;

  constructor(options: BullmqConsumerOptions) {
    this.#options = options;
    const { pool, connection, namespace, logger } = options;
    this.#worker = new Worker(queueName(pool), null, {
      connection,
      prefix: namespace,
      autorun: false,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MOST_RECOVERIES,
      drainDelay: WAIT_SECONDS,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    this.#worker.on('error', (error) => logger.warn({ pool, reason: error.message }, 'queue'));
    this.#worker.on('stalled', (id) => logger.warn({ pool, job: id }, 'job recovered from a lost dispatcher'));
  }

  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    await this.#worker.startStalledCheckTimer();
    this.#renewal = setInterval(() => this.#renew(), RENEW_MS);
    void this.#fetch();
  }

  /** Takes no more jobs; resolves once those under way are done. */
  async drained(): Promise<void> {
    this.#stopping = true;
    while (this.#underWay.size > 0) await Promise.all([...this.#underWay.values()].map(({ done }) => done));
  }

  /** Closes the connection; what is still under way is left for another consumer to recover. */
  async close(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#renewal);
    await this.#worker.close(true);
  }

  async #fetch(): Promise<void> {
    const { concurrency, logger, pool } = this.#options;
    while (!this.#stopping)
      try {
        if (this.#underWay.size >= concurrency) {
          await Promise.race([...this.#underWay.values()].map(({ done }) => done));
          continue;
        }
        const token = `${this.#worker.id}:${this.#tokens++}`;
        const job = (await this.#worker.getNextJob(token)) as Job | undefined;
        if (job) this.#begin(job, token);
      } catch (error) {
        if (this.#stopping) return;
        logger.warn({ pool, reason: String(error) }, 'no job fetched');
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
  }

  #begin(job: Job, token: string): void {
    const id = job.id ?? '';
    const done = this.#settle(job, token)
      .catch((error: unknown) =>
        // Most often the lock was lost and another consumer has the job: its answer is the same.
        this.#options.logger.warn({ job: id, pool: this.#options.pool, reason: String(error) }, 'job not settled'),
      )
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, { token, done });
  }

  async #settle(job: Job, token: string): Promise<void> {
    const { handler, pool } = this.#options;
    const received: ReceivedJob = { id: job.id ?? '', pool, data: job.data as unknown, addedAt: job.timestamp };
    let result: JobOutcome;
    if (job.deferredFailure) result = await handler.abandon(received, job.deferredFailure);
    else result = await handler.handle(received);
    if ('reason' in result) await job.moveToFailed(new UnrecoverableError(result.reason), token, false);
    else await job.moveToCompleted(undefined, token, false);
  }

  #renew(): void {
    const { logger, pool } = this.#options;
    if (this.#underWay.size === 0) return;
    const tokens = [...this.#underWay.values()].map(({ token }) => token);
    this.#worker
      .extendJobLocks([...this.#underWay.keys()], tokens, LOCK_MS)
      .catch((error: unknown) => logger.warn({ pool, reason: String(error) }, 'locks not renewed'));
  }
}
