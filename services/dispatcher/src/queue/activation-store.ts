import { OhmlightError } from '@ohmlight/contracts';
import type { Redis } from 'ioredis';

/** Activations that are too long to ride in a job. */
export interface ActivationStore {
  /** @throws OhmlightError `queue_unavailable` when they are gone. */
  read(key: string): Promise<Buffer>;
}

/** Activations under binary keys of Redis. The gateway that stored them removes them; their time to live does after it. */
export class RedisActivationStore implements ActivationStore {
  constructor(private readonly redis: Redis) {}

  async read(key: string): Promise<Buffer> {
    const bytes = await this.redis.getBuffer(key);
    if (bytes) return bytes;
    throw new OhmlightError(
      'queue_unavailable',
      `the activations ${key} are gone; Redis was emptied or evicts keys: set maxmemory-policy noeviction`,
    );
  }
}
