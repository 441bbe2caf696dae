import { OhmlightError } from '@ohmlight/contracts';
import type { Redis } from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, clockSchema, type ClockStore } from './clock-store.js';

/** Milliseconds that Redis has to answer. */
const REDIS_MS = 2_000;

/**
 * KEYS[1]: hash of clocks. ARGV: profile, the JSON it must hold (empty: nothing), the JSON it is to hold (empty:
 * nothing). Answers 1 where it held what it must.
 */
const REPLACE = `
local held = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if held ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1`;

/** Clocks in one Redis hash, `<namespace>:clocks`: profile → JSON. They outlive every process. */
export class RedisClockStore implements ClockStore {
  readonly #redis: Redis;
  readonly #key: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#key = `${namespace}:clocks`;
  }

  async read(profiles: readonly string[]): Promise<ReadonlyMap<string, Clock>> {
    if (profiles.length === 0) return new Map();
    const values = await answered(this.#redis.hmget(this.#key, ...profiles));
    const clocks = new Map<string, Clock>();
    profiles.forEach((profile, i) => {
      const value = values[i];
      if (value) clocks.set(profile, this.#parse(profile, value));
    });
    return clocks;
  }

  async replace(profile: string, from: Clock | undefined, to: Clock | undefined): Promise<boolean> {
    return (await answered(this.#redis.eval(REPLACE, 1, this.#key, profile, text(from), text(to)))) === 1;
  }

  #parse(profile: string, value: string): Clock {
    try {
      return clockSchema.parse(JSON.parse(value));
    } catch (cause) {
      throw new OhmlightError(
        'queue_unavailable',
        `the clock of ${profile} cannot be read; remove the field ${profile} of ${this.#key} in Redis and set it again`,
        null,
        { cause },
      );
    }
  }
}

/** One text for one clock: fields in one order, none without a value. */
const text = (clock: Clock | undefined): string =>
  clock === undefined ? '' : JSON.stringify({ deviceTime: clock.deviceTime, calibratedAt: clock.calibratedAt });

async function answered<T>(command: Promise<T>): Promise<T> {
  const timeout = new AbortController();
  try {
    return await Promise.race([
      command,
      delay(REDIS_MS, undefined, { signal: timeout.signal }).then(() => Promise.reject(new Error('no answer'))),
    ]);
  } catch (cause) {
    throw new OhmlightError(
      'queue_unavailable',
      'Redis, which keeps the clocks, does not answer; check REDIS_URL',
      null,
      {
        cause,
      },
    );
  } finally {
    timeout.abort();
  }
}
