import { type ServiceRecord, serviceRecordSchema } from '@ohmlight/contracts';
import type { Redis } from 'ioredis';
import type { Registry } from './registry.js';

/** Registry over Redis: one key with a time to live per record, and a set as their index. */
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
      .sadd(this.#index, record.id)
      .exec();
  }

  async remove(id: string): Promise<void> {
    await this.#redis.multi().del(this.#key(id)).srem(this.#index, id).exec();
  }

  async list(): Promise<ServiceRecord[]> {
    const ids = await this.#redis.smembers(this.#index);
    if (ids.length === 0) return [];
    const values = await this.#redis.mget(ids.map((id) => this.#key(id)));
    const records: ServiceRecord[] = [];
    const lapsed: string[] = [];
    values.forEach((value, i) => {
      if (value === null) {
        lapsed.push(ids[i]!);
        return;
      }
      // A record of another version is not an error of this process: it is skipped.
      const parsed = serviceRecordSchema.safeParse(JSON.parse(value));
      if (parsed.success) records.push(parsed.data);
    });
    if (lapsed.length > 0) await this.#redis.srem(this.#index, lapsed);
    return records.sort((a, b) => `${a.service} ${a.id}`.localeCompare(`${b.service} ${b.id}`));
  }
}
