import { randomBytes } from 'node:crypto';
import { MATMUL_JOB, OhmlightError, type Pool, queueName, REPLY_FIELDS, replyStreamKey } from '@ohmlight/contracts';
import { connectRedis, redisReady } from '@ohmlight/registry';
import { raceAborts } from '@ohmlight/shard-router';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { createPhase, type Phase } from './queue-phase.js';
import { readReply } from './read-reply.js';
import { type ReplyEntry, ReplyReader } from './reply-reader.js';
import type { PhaseCall, ShardReply, ShardRunner } from '@ohmlight/matmul';

/** Milliseconds that a call waits for a Redis that is away before it fails. */
const REDIS_WAIT_MS = 5_000;
/** Milliseconds after a job's deadline in which the dispatcher's own word on it, the better reason, may still come. */
const REASON_GRACE_MS = 1_000;
/** Milliseconds that activations outlive their job's deadline. */
const ACTIVATIONS_GRACE_MS = 5_000;
/** Events that BullMQ keeps per queue for onlookers; nothing here reads them. */
const EVENTS_KEPT = 100;

export interface QueueRunnerOptions {
  readonly redisUrl: string;
  readonly namespace: string;
  readonly gatewayId: string;
  readonly onError: (error: unknown) => void;
}

/**
 * Runs shards through BullMQ: one job per shard, one `addBulk` per phase, replies on this process's own stream.
 *
 * Jobs are idempotent by id, so a phase that is under way when Redis returns from an outage is sent again: a job
 * that survived is not doubled, one that was lost runs anew with the same bits, and a second reply is ignored.
 */
export class QueueRunner implements ShardRunner {
  readonly serial = false;
  readonly #options: QueueRunnerOptions;
  readonly #commands: Redis;
  readonly #reader: ReplyReader;
  readonly #queues = new Map<Pool, Queue>();
  readonly #phases = new Map<string, { readonly phase: Phase; readonly index: number }>();
  /** Tells this process's jobs from every other's; letters first, for BullMQ takes no id that is all digits. */
  readonly #prefix = `g${randomBytes(6).toString('hex')}`;
  #sequence = 0;
  readonly #closed = new AbortController();

  constructor(options: QueueRunnerOptions) {
    this.#options = options;
    const { redisUrl, gatewayId, onError } = options;
    this.#commands = connectRedis(redisUrl, { patient: true, name: `${gatewayId} jobs`, onError });
    const blocking = connectRedis(
      redisUrl,
      { patient: true, name: `${gatewayId} replies`, onError },
      // A peer that vanished without a word is noticed: reads return every two seconds otherwise.
      { socketTimeout: 10_000 },
    );
    this.#reader = new ReplyReader(
      blocking,
      this.#commands,
      this.#replyStream,
      (entry) => this.#deliver(entry),
      onError,
    );
    let outages = -1;
    this.#commands.on('ready', () => {
      if (++outages > 0) this.#resend();
    });
  }

  get #replyStream(): string {
    return replyStreamKey(this.#options.namespace, this.#options.gatewayId);
  }

  async run(call: PhaseCall): Promise<ShardReply[]> {
    const aborts = call.signal ? [this.#closed.signal, call.signal] : [this.#closed.signal];
    await raceAborts(redisReady(this.#commands, Math.min(REDIS_WAIT_MS, call.deadline - Date.now())), aborts);
    const phase = createPhase(
      call,
      `${this.#prefix}-${(this.#sequence++).toString(36)}`,
      this.#options.namespace,
      this.#replyStream,
    );
    phase.jobs.forEach(({ id }, index) => this.#phases.set(id, { phase, index }));
    const timer = setTimeout(() => phase.wait.fail(this.#overdue(call)), call.deadline - Date.now() + REASON_GRACE_MS);
    const abort = (): void => phase.wait.fail(call.signal!.reason);
    call.signal?.addEventListener('abort', abort, { once: true });
    this.#send(phase);
    try {
      return await phase.wait.replies;
    } catch (thrown) {
      this.#withdraw(phase);
      throw thrown;
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', abort);
      for (const { id } of phase.jobs) this.#phases.delete(id);
      if (phase.activations) this.#commands.unlink(phase.activations.key).catch(this.#options.onError);
    }
  }

  async close(): Promise<void> {
    const reason = new OhmlightError('shutting_down', 'this process is stopping; send the request to another');
    this.#closed.abort(reason);
    for (const { phase } of this.#phases.values()) phase.wait.fail(reason);
    this.#reader.stop();
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    // Not awaited: a Redis that has just gone would never answer. Disconnecting flushes what is written.
    this.#commands.unlink(this.#replyStream).catch(() => {});
    this.#commands.disconnect();
  }

  #send({ pool, jobs, activations, deadline, wait }: Phase): void {
    const failed = (thrown: unknown): void => {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      wait.fail(new OhmlightError('queue_unavailable', `Redis did not take the jobs: ${why}`, null, { cause: thrown }));
    };
    // The same connection carries both, so the activations are there before the jobs are.
    if (activations) {
      const ttl = Math.max(1, Math.ceil(deadline - Date.now())) + ACTIVATIONS_GRACE_MS;
      this.#commands.set(activations.key, activations.bytes, 'PX', ttl).catch(failed);
    }
    this.#queue(pool)
      .addBulk(
        // Sent again after an outage, a phase leaves out the shards that it has its replies for.
        jobs
          .filter(({ id }) => this.#phases.has(id))
          .map(({ id, data }) => ({
            name: MATMUL_JOB,
            data,
            opts: { jobId: id, removeOnComplete: true, removeOnFail: true },
          })),
      )
      .catch(failed);
  }

  #resend(): void {
    const phases = new Set([...this.#phases.values()].map(({ phase }) => phase));
    for (const phase of phases) if (phase.deadline > Date.now()) this.#send(phase);
  }

  /** Jobs that nobody waits for any more leave the queue where no dispatcher has taken them yet. */
  #withdraw({ pool, jobs }: Phase): void {
    if (this.#closed.signal.aborted || this.#commands.status !== 'ready') return;
    const queue = this.#queue(pool);
    // An active job is locked and refuses; its reply will find nobody.
    for (const { id } of jobs) queue.remove(id).catch(() => {});
  }

  #queue(pool: Pool): Queue {
    let queue = this.#queues.get(pool);
    if (!queue) {
      queue = new Queue(queueName(pool), {
        connection: this.#commands,
        prefix: this.#options.namespace,
        streams: { events: { maxLen: EVENTS_KEPT } },
      });
      queue.on('error', this.#options.onError);
      this.#queues.set(pool, queue);
    }
    return queue;
  }

  #overdue({ pool, shards }: PhaseCall): OhmlightError {
    if (this.#commands.status !== 'ready')
      return new OhmlightError(
        'queue_unavailable',
        'Redis went away and did not return before the deadline; check REDIS_URL',
      );
    return new OhmlightError(
      'deadline_exceeded',
      `no reply for ${shards[0]!.operation} of layer ${shards[0]!.layer} from the ${pool} queue before the deadline; is a dispatcher up? npx ohmlight status`,
    );
  }

  #deliver(entry: ReplyEntry): void {
    const id = entry.get(REPLY_FIELDS.id)?.toString() ?? '';
    const found = this.#phases.get(id);
    // A second reply, or one that came after its deadline or abort.
    if (!found) return;
    const { phase, index } = found;
    this.#phases.delete(id);
    try {
      phase.wait.settle(index, readReply(entry, phase.rows, phase.columns[index]!));
    } catch (thrown) {
      phase.wait.fail(thrown);
    }
  }
}
