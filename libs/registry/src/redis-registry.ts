import { type ServiceRecord, serviceRecordSchema } from '@ohmlight/contracts';
import type { Redis } from 'ioredis';
import type { Registry } from './registry.js';

/** Milliseconds after which a lapsed id leaves the index; longer than clocks of two hosts differ. */
const INDEX_KEPT_MS = 60_000;

/**
 * Registry over Redis: one key with a time to live per record, and a sorted set as their index, scored by the
 * last renewal. Whether a record lives is told by its key alone; the index only says where to look.
 */
export class RedisRegistry implements Registry {
  readonly #redis: Redis;
  readonly #namespace: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
  }

  #key(id: string): string {
    return `${this.#namespace}:service:${id}`;
  }

  get #index(): string {
    return `${this.#namespace}:services`;
  }

  async publish(record: ServiceRecord, ttlMs: number): Promise<void> {
    await this.#redis
      .multi()
      .set(this.#key(record.id), JSON.stringify(record), 'PX', ttlMs)
      .zadd(this.#index, Date.now(), record.id)
      .zremrangebyscore(this.#index, '-inf', String(Date.now() - INDEX_KEPT_MS))
      .exec();
  }

  async remove(id: string): Promise<void> {
    await this.#redis.multi().del(this.#key(id)).zrem(this.#index, id).exec();
  }

  async list(): Promise<ServiceRecord[]> {
    const ids = await this.#redis.zrange(this.#index, '0', '-1');
    if (ids.length === 0) return [];
    const values = await this.#redis.mget(ids.map((id) => this.#key(id)));
    const records: ServiceRecord[] = [];
    for (const value of values) {
      const record = value === null ? undefined : readRecord(value);
      if (record) records.push(record);
    }
    return records.sort((a, b) => (`${a.service} ${a.id}` < `${b.service} ${b.id}` ? -1 : 1));
  }
}

/** A record of another version, or another program's value, is no error of this process: it is skipped. */
function readRecord(text: string): ServiceRecord | undefined {
  try {
    return serviceRecordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
