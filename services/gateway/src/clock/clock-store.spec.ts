import { connectRedis } from '@ohmlight/registry';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import type { ClockStore } from './clock-store.js';
import { MemoryClockStore } from './memory-clock-store.js';
import { RedisClockStore } from './redis-clock-store.js';

/** What every store of clocks does. */
function describeStore(name: string, make: () => Promise<ClockStore>): void {
  describe(`${name} keeps the contract of a clock store`, () => {
    let store: ClockStore;
    beforeEach(async () => {
      store = await make();
    });

    it('reads the clocks that are set, of the profiles asked for', async () => {
      expect(await store.replace('a', undefined, { deviceTime: 0.1 })).toBe(true);
      expect(await store.replace('b', undefined, { deviceTime: 3, calibratedAt: 2 })).toBe(true);
      expect(await store.read(['b', 'c'])).toEqual(new Map([['b', { deviceTime: 3, calibratedAt: 2 }]]));
      expect((await store.read(['a'])).get('a')).toEqual({ deviceTime: 0.1 });
      expect(await store.read([])).toEqual(new Map());
    });

    it('replaces a clock only if it is what the caller read', async () => {
      await store.replace('a', undefined, { deviceTime: 1 });
      expect(await store.replace('a', undefined, { deviceTime: 2 })).toBe(false);
      expect(await store.replace('a', { deviceTime: 1, calibratedAt: 1 }, { deviceTime: 2 })).toBe(false);
      expect(await store.replace('a', { deviceTime: 1 }, { deviceTime: 2 })).toBe(true);
      expect(await store.replace('a', { deviceTime: 1 }, undefined)).toBe(false);
      expect(await store.replace('a', { deviceTime: 2 }, undefined)).toBe(true);
      expect(await store.read(['a'])).toEqual(new Map());
    });

    it('lets one of many that read the same clock move it', async () => {
      await store.replace('a', undefined, { deviceTime: 1e-7 });
      const from = (await store.read(['a'])).get('a');
      const moved = await Promise.all([1, 2, 3].map((deviceTime) => store.replace('a', from, { deviceTime })));
      expect(moved.filter(Boolean)).toHaveLength(1);
    });
  });
}

describeStore('MemoryClockStore', async () => new MemoryClockStore());

describe('in Redis', () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startRedis();
    redis = connectRedis(server.url, { patient: false, name: 'spec', onError: () => {} });
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  describeStore('RedisClockStore', async () => {
    await redis.flushall();
    return new RedisClockStore(redis, 'spec');
  });

  it('clocks survive a crash of Redis and of whoever set them, and namespaces stay apart', async () => {
    await new RedisClockStore(redis, 'spec').replace('kept', undefined, { deviceTime: 86_400, calibratedAt: 1 });
    await server.restart();
    await until(() => redis.status === 'ready', 'the connection to return');
    expect((await new RedisClockStore(redis, 'spec').read(['kept'])).get('kept')).toEqual({
      deviceTime: 86_400,
      calibratedAt: 1,
    });
    expect(await new RedisClockStore(redis, 'other').read(['kept'])).toEqual(new Map());
  });

  it('a clock that is none is named, with what to do', async () => {
    await redis.hset('spec:clocks', 'broken', '{"deviceTime":-1}');
    await expect(new RedisClockStore(redis, 'spec').read(['broken'])).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringContaining('remove the field broken of spec:clocks'),
    });
  });

  it('says that Redis does not answer', async () => {
    await server.kill();
    await until(() => redis.status !== 'ready', 'the outage');
    const failure = new RedisClockStore(redis, 'spec').read(['a']);
    await expect(failure).rejects.toMatchObject({ code: 'queue_unavailable' });
    await server.up();
  });
});
