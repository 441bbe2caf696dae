import { activationsKey, OhmlightError } from '@ohmlight/contracts';
import type { Redis } from 'ioredis';

/** Activations that are too long to ride in a job. */
export interface ActivationStore {
  /** @throws OhmlightError `queue_unavailable` when they are gone; `invalid_job` for a key that holds none. */
  read(key: string): Promise<Buffer>;
}

/** Activations under binary keys of Redis. The gateway that stored them removes them; their time to live does after it. */
export class RedisActivationStore implements ActivationStore {
  readonly #prefix: string;

  constructor(
    private readonly redis: Redis,
    namespace: string,
  ) {
    this.#prefix = activationsKey(namespace, '');
  }

  async read(key: string): Promise<Buffer> {
    // A payload may not have this process read any other key.
    if (!key.startsWith(this.#prefix))
      throw new OhmlightError('invalid_job', `"${key}" is no key of activations; those begin with ${this.#prefix}`);
    const bytes = await this.redis.getBuffer(key);
    if (bytes) return bytes;
    throw new OhmlightError(
      'queue_unavailable',
      `the activations ${key} are gone; Redis was emptied or evicts keys: set maxmemory-policy noeviction`,
    );
  }
}
