import { OhmlightError } from '@ohmlight/contracts';
import { Redis, type RedisOptions } from 'ioredis';

/** Milliseconds before the next try to reach a Redis that is away: soon at first, never rarer than once a second. */
const retryStrategy = (times: number): number => Math.min(50 * 2 ** Math.min(times, 5), 1_000);

/**
 * A connection that comes back by itself and never ends its process: errors go to `onError`, which hears of
 * each outage once, however many tries it takes.
 *
 * `patient` commands wait for Redis to return; others fail after one try to reconnect.
 */
export function connectRedis(
  url: string,
  options: { readonly patient: boolean; readonly name: string; readonly onError: (error: Error) => void },
  more: Omit<RedisOptions, 'replyMapping'> = {},
): Redis {
  const redis: Redis = new Redis(url, {
    connectionName: options.name,
    maxRetriesPerRequest: options.patient ? null : 1,
    retryStrategy,
    ...more,
  });
  // Queues, workers and waits for it to be ready all listen to one connection.
  redis.setMaxListeners(100);
  let told = false;
  redis.on('ready', () => (told = false));
  redis.on('error', (error: Error) => {
    if (told) return;
    told = true;
    options.onError(error);
  });
  return redis;
}

/**
 * Waits until the connection is usable.
 * @throws OhmlightError `queue_unavailable` naming the address when it is not within `timeoutMs`.
 */
export async function redisReady(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { host, port } = redis.options;
  const timer = setTimeout(
    () =>
      reject(
        new OhmlightError(
          'queue_unavailable',
          `Redis at ${host}:${port} does not answer; start it or correct REDIS_URL`,
        ),
      ),
    timeoutMs,
  );
  redis.once('ready', resolve);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    redis.off('ready', resolve);
  }
}
