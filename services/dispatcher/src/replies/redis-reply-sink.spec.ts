import { floatsToBytes, type ReplyMeta } from '@ohmlight/contracts';
import { connectRedis } from '@ohmlight/registry';
import { createLogger } from '@ohmlight/telemetry';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { RedisReplySink } from './redis-reply-sink.js';

const failure: ReplyMeta = { ok: false, code: 'core_unavailable', message: 'gone' };

describe('RedisReplySink', () => {
  let server: TestRedis;
  let redis: Redis;
  let sink: RedisReplySink;

  beforeAll(async () => {
    server = await startRedis();
    redis = connectRedis(server.url, { patient: true, name: 'spec', onError: () => {} });
    sink = new RedisReplySink(redis, 'spec', createLogger('spec', 'spec', 'silent'));
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('writes binary outputs to the stream, which lapses when nobody reads it', async () => {
    const y = Float32Array.of(-0, NaN, 3e-42);
    await sink.send('spec:reply:g', 'c-1', failure, y);
    await until(async () => (await redis.xlen('spec:reply:g')) === 1, 'the reply');
    const [[, fields]] = (await redis.xrangeBuffer('spec:reply:g', '-', '+')) as [[Buffer, Buffer[]]];
    expect(fields.filter((_, i) => i % 2 === 0).map(String)).toEqual(['id', 'meta', 'y']);
    expect(String(fields[1])).toBe('c-1');
    expect(JSON.parse(String(fields[3]))).toEqual(failure);
    expect(fields[5]).toEqual(floatsToBytes(y));
    expect(await redis.pttl('spec:reply:g')).toBeGreaterThan(0);
  });

  it('keeps a bounded number of replies that nobody reads', async () => {
    await Promise.all(Array.from({ length: 6_000 }, (_, i) => sink.send('spec:reply:dead', `c-${i}`, failure)));
    await redis.ping();
    expect(await redis.xlen('spec:reply:dead')).toBeLessThan(4_500);
  });

  it.each(['spec:service:gateway', 'other:reply:g', ''])(
    'never writes to %j, which is no reply stream here',
    async (key) => {
      await sink.send(key, 'c-1', failure);
      expect(await redis.exists(key)).toBe(0);
    },
  );
});
