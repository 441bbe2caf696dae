import { floatsToBytes, REPLY_FIELDS, type ReplyMeta, replyStreamKey } from '@ohmlight/contracts';
import type { Logger } from '@ohmlight/telemetry';
import type { Redis } from 'ioredis';
import type { ReplySink } from './reply-sink.js';

/** About as many replies as a gateway that does not read may leave behind. */
const MOST_ENTRIES = 4_096;
/** Milliseconds after the last reply at which a stream that nobody reads is gone. */
const STREAM_TTL_MS = 120_000;

/**
 * Replies on Redis streams. A send resolves once it is on the wire: given the connection of the queue's workers,
 * the reply reaches Redis before the job's completion does, without a round trip between.
 */
export class RedisReplySink implements ReplySink {
  readonly #prefix: string;

  constructor(
    private readonly redis: Redis,
    namespace: string,
    private readonly logger: Logger,
  ) {
    this.#prefix = replyStreamKey(namespace, '');
  }

  async send(stream: string, correlationId: string, meta: ReplyMeta, y?: Float32Array): Promise<void> {
    // A payload may not have this process write to any other key.
    if (!stream.startsWith(this.#prefix)) {
      this.logger.warn({ stream, job: correlationId }, 'reply dropped: its stream is not of this namespace');
      return;
    }
    const { id, meta: metaField, y: yField } = REPLY_FIELDS;
    const fields: (string | Buffer)[] = [id, correlationId, metaField, JSON.stringify(meta)];
    if (y) fields.push(yField, floatsToBytes(y));
    // Two commands in one turn, not a pipeline: ioredis copies every script of BullMQ's into a new one.
    const lost = ({ message }: Error): void =>
      this.logger.error({ stream, job: correlationId, reason: message }, 'reply lost');
    this.redis.xadd(stream, 'MAXLEN', '~', MOST_ENTRIES, '*', ...fields).catch(lost);
    this.redis.pexpire(stream, STREAM_TTL_MS).catch(() => {});
  }
}
