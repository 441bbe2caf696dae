import { RECORD_TTL_MS, type ServiceRecord, VERSION } from '@ohmlight/contracts';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { until } from '../../../test/support/until.js';
import { Heartbeat } from './heartbeat.js';
import { connectRedis, redisReady } from './redis-connection.js';
import { RedisRegistry } from './redis-registry.js';

const record = (id: string, over: Partial<ServiceRecord> = {}): ServiceRecord => ({
  service: 'optical-core',
  id,
  pid: 1,
  version: VERSION,
  startedAt: 1,
  httpAddress: '127.0.0.1:1',
  state: 'ready',
  ...over,
});

describe('RedisRegistry', () => {
  let server: TestRedis;
  let redis: Redis;
  let registry: RedisRegistry;
  const errors: string[] = [];

  beforeAll(async () => {
    server = await startRedis();
    redis = connectRedis(server.url, { patient: true, name: 'spec', onError: (e) => errors.push(e.message) });
    registry = new RedisRegistry(redis, 'spec');
  });
  afterEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  it('lists what was published, ordered by service and id', async () => {
    for (const one of [record('b'), record('a'), record('z', { service: 'gateway' })])
      await registry.publish(one, 1_000);
    expect((await registry.list()).map(({ id }) => id)).toEqual(['z', 'a', 'b']);
    expect((await registry.list())[1]).toEqual(record('a'));
  });

  it('forgets a record that is not renewed, and lists it again once it is', async () => {
    await registry.publish(record('a'), 20);
    await until(async () => (await registry.list()).length === 0, 'the record to lapse');
    await registry.publish(record('a'), 1_000);
    expect(await registry.list()).toHaveLength(1);
  });

  it('removes at once; an unknown id is no error', async () => {
    await registry.publish(record('a'), 1_000);
    await registry.remove('a');
    await registry.remove('never');
    expect(await registry.list()).toEqual([]);
  });

  it('keeps namespaces apart', async () => {
    await registry.publish(record('a'), 1_000);
    expect(await new RedisRegistry(redis, 'other').list()).toEqual([]);
  });

  it('skips what it cannot read', async () => {
    await registry.publish(record('a'), 1_000);
    await registry.publish(record('b'), 1_000);
    await redis.set('spec:service:a', '{"service":"of another version"}');
    await redis.set('spec:service:b', 'no JSON');
    expect(await registry.list()).toEqual([]);
  });

  it('beats until stopped, and again after Redis was away', async () => {
    const beats = new Heartbeat(
      registry,
      () => record('alive'),
      () => {},
    );
    await beats.start();
    expect(await redis.pttl('spec:service:alive')).toBeGreaterThan(RECORD_TTL_MS - 1_000);
    await server.kill();
    await until(() => errors.length > 0, 'the outage to be told');
    await server.restart({ empty: true });
    await until(async () => (await registry.list()).length === 1, 'the next beat');
    expect(errors).toHaveLength(1);
    await beats.stop();
    expect(await registry.list()).toEqual([]);
  });

  it('names the address of a Redis that does not answer', async () => {
    const absent = connectRedis('redis://127.0.0.1:1', { patient: false, name: 'spec', onError: () => {} });
    await expect(redisReady(absent, 50)).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    absent.disconnect();
  });
});
