import { Redis } from 'ioredis';
import { Failure } from '../failure.js';

/** A URL without its password, for messages. */
export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:@/]*):[^@/]*@/, '$1:***@');
}

/**
 * Connects to a Redis that should already run.
 * @throws Failure naming the address and the cause when it does not answer within `timeoutMs`.
 */
export async function requireRedis(url: string, timeoutMs = 5_000): Promise<Redis> {
  if (!/^rediss?:\/\//.test(url))
    throw new Failure(`REDIS_URL "${withoutPassword(url)}" is no Redis address: write redis://host:port, or unset it`);
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
  });
  let cause = '';
  redis.on('error', (error: Error) => {
    cause = error.message || (error as NodeJS.ErrnoException).code || cause;
  });
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new Failure(
      `no Redis answers at ${withoutPassword(url)} (${cause || (error as Error).message}): start it, or unset REDIS_URL to let Ohmlight start its own`,
    );
  }
}
