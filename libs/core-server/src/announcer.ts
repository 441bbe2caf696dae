import { OhmlightError, type ServiceRecord } from '@ohmlight/contracts';
import { connectRedis, Heartbeat, RedisRegistry, redisReady, type Registry } from '@ohmlight/registry';
import type { Logger } from '@ohmlight/telemetry';

/** How long Redis may take to answer, at first and for one beat. */
const CONNECT_MS = 5_000;
const COMMAND_MS = 3_000;

type Redis = ReturnType<typeof connectRedis>;

/** Keeps the core's record in the registry while it runs; Redis may go away and come back meanwhile. */
export class Announcer {
  readonly #url: string;
  readonly #namespace: string;
  readonly #log: Logger;
  #redis: Redis | undefined;
  #heartbeat: Heartbeat | undefined;
  #lost = false;

  constructor(options: { url: string; namespace: string; log: Logger }) {
    this.#url = options.url;
    this.#namespace = options.namespace;
    this.#log = options.log;
  }

  /**
   * Announces the record that `record` makes, now and at every beat.
   * @throws OhmlightError `queue_unavailable` when Redis cannot be reached at first.
   */
  async start(record: () => ServiceRecord): Promise<void> {
    const redis = connectRedis(
      this.#url,
      { patient: false, name: record().id, onError: (error) => this.#missed(error) },
      // Beats do not pile up while Redis is away: each fails at once and the next one tries again.
      { commandTimeout: COMMAND_MS, enableOfflineQueue: false },
    );
    this.#redis = redis;
    const registry = this.#watched(new RedisRegistry(redis, this.#namespace));
    const heartbeat = new Heartbeat(registry, record, (error) => this.#missed(error));
    await redisReady(redis, CONNECT_MS);
    try {
      await heartbeat.start();
    } catch (error) {
      throw new OhmlightError(
        'queue_unavailable',
        `Redis refuses the core's record (${String(error)}); check REDIS_URL`,
        null,
        { cause: error },
      );
    }
    this.#heartbeat = heartbeat;
    redis.on('ready', () => this.beat());
  }

  /** Announces out of turn: the record has changed. */
  beat(): void {
    this.#heartbeat?.beat().catch((error: unknown) => this.#missed(error));
  }

  /** Removes the record. Never throws: a record that cannot be removed lapses by itself. */
  async stop(): Promise<void> {
    const heartbeat = this.#heartbeat;
    this.#heartbeat = undefined;
    try {
      await heartbeat?.stop();
    } catch (error) {
      this.#log.debug({ err: error }, 'the record could not be removed');
    }
    this.#redis?.disconnect();
  }

  #watched(registry: Registry): Registry {
    return {
      publish: async (record, ttlMs) => {
        await registry.publish(record, ttlMs);
        if (this.#lost) this.#log.info('Redis is back, the core is announced again');
        this.#lost = false;
      },
      remove: (id) => registry.remove(id),
      list: () => registry.list(),
    };
  }

  /** Tells an outage once, when the core had been announced before. */
  #missed(error: unknown): void {
    if (this.#lost || !this.#heartbeat) return;
    this.#lost = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.warn({ reason }, 'Redis went away; the core keeps serving those that know it');
  }
}
