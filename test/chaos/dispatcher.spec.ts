import type { INestApplicationContext } from '@nestjs/common';
import { createDevice, loadProfiles } from '@ohmlight/devices';
import { connectRedis, RedisRegistry } from '@ohmlight/registry';
import { createLogger } from '@ohmlight/telemetry';
import { Checkpoint, type Matmul } from '@ohmlight/transformer';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDispatcherConfig } from '../../services/dispatcher/src/config/environment.js';
import { startDispatcher } from '../../services/dispatcher/src/start-dispatcher.js';
import { createMatmulFactory, type MatmulFactory } from '../../services/gateway/src/matmul/index.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { startService, type TestService } from '../support/service.js';
import { until } from '../support/until.js';
import { SHAPE, type TestCheckpoint, writeCheckpoint } from '../support/write-checkpoint.js';

const PROFILE = 'crossbar-basic';
const CHIP_SEED = 1n;
/** Real processes start slowly where many tests share two cores. */
const PATIENCE_MS = 120_000;

/** Row `i` of a fixed sequence. */
const batch = (i: number) => ({
  rows: 1,
  x: Float32Array.from({ length: SHAPE.hidden }, (_, j) => Math.cos(i * 17 + j * 0.3)),
  seeds: BigUint64Array.of(BigInt(i)),
  positions: Uint32Array.of(i),
});

describe('dispatcher under faults', { timeout: 3 * PATIENCE_MS }, () => {
  const profiles = loadProfiles('profiles');
  let redis: TestRedis;
  let connection: Redis;
  let registry: RedisRegistry;
  let files: TestCheckpoint;
  let checkpoint: Checkpoint;
  let env: Record<string, string>;
  let services: TestService[];
  let dispatchers: INestApplicationContext[];
  let factories: MatmulFactory[];

  beforeEach(async () => {
    [services, dispatchers, factories] = [[], [], []];
    redis = await startRedis();
    connection = connectRedis(redis.url, { patient: true, name: 'spec', onError: () => {} });
    registry = new RedisRegistry(connection, 'chaos');
    files = await writeCheckpoint();
    checkpoint = await Checkpoint.open('test', files.directory);
    env = {
      REDIS_URL: redis.url,
      OHMLIGHT_NAMESPACE: 'chaos',
      OHMLIGHT_CHECKPOINTS: `test=${files.directory}`,
      OHMLIGHT_SHARD_COLUMNS: '256',
    };
  });
  afterEach(async () => {
    await Promise.all(factories.map((factory) => factory.close()));
    await Promise.all(services.map((service) => service.kill()));
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
    connection.disconnect();
    await redis.stop();
    await checkpoint.close();
    await files.remove();
  }, PATIENCE_MS);

  const start = (name: 'analog-crossbar' | 'dispatcher', id = ''): TestService => {
    const service = startService(name, { ...env, ...(id && { OHMLIGHT_CORE_ID: id }) });
    services.push(service);
    return service;
  };
  const dispatch = async (): Promise<INestApplicationContext> => {
    const dispatcher = await startDispatcher(readDispatcherConfig({ ...env, OHMLIGHT_LOG_LEVEL: 'silent' }));
    dispatchers.push(dispatcher);
    return dispatcher;
  };
  const up = (...pids: number[]): Promise<void> =>
    until(
      async () => {
        const ready = (await registry.list()).filter(({ state }) => state === 'ready').map(({ pid }) => pid);
        return pids.every((pid) => ready.includes(pid));
      },
      `processes ${pids.join(', ')}: ${services.map((service) => service.log()).join('')}`,
      PATIENCE_MS,
    );
  const matmul = async (jobDeadlineMs = PATIENCE_MS): Promise<Matmul> => {
    const factory = await createMatmulFactory('queue', {
      redisUrl: redis.url,
      namespace: 'chaos',
      gatewayId: `gateway-${factories.length}`,
      profiles,
      shardColumns: 256,
      chipSeed: CHIP_SEED,
      jobDeadlineMs,
      logger: createLogger('spec', 'spec', 'silent'),
      registry,
    });
    factories.push(factory);
    return factory.forPlacement(checkpoint, profiles.placements.get(PROFILE)!);
  };
  const call = (i: number) => ({ layer: 0, operation: 'gate_up' as const, batch: batch(i) });
  const activeJobs = (): Promise<number> => connection.llen('chaos:matmul-electronic:active');
  /** What the device itself answers to batches 0, 1, 2, … */
  const expected = async (count: number): Promise<Float32Array[]> => {
    const matrix = checkpoint.matrix(0, 'gate_up');
    const spec = { ...matrix, profile: PROFILE, columnStart: 0, columnEnd: matrix.n, chipSeed: CHIP_SEED };
    const shard = createDevice(profiles.devices.get(PROFILE)!).program(
      spec,
      await checkpoint.readMatrix(0, 'gate_up', 0, matrix.n),
    );
    return Array.from({ length: count }, (_, i) => shard.execute(batch(i)).y);
  };

  it('finishes with the same bits when a core is killed in mid-job and a second one is up', async () => {
    const [first, second] = [start('analog-crossbar', 'left'), start('analog-crossbar', 'right')];
    await up(first.pid, second.pid);
    await dispatch();
    const through = await matmul();
    const shardsOf = async (): Promise<number[]> =>
      (await registry.list()).flatMap(({ core }) => (core ? [core.shards] : []));
    const bits = await expected(60);
    expect((await through.execute(call(0))).y).toEqual(bits[0]);
    // Both hold a part of the matrix, so the loss of either breaks every phase that is under way.
    await until(async () => (await shardsOf()).every((shards) => shards > 0), 'shards to spread over both cores');

    // Frozen first, so that jobs are on it for certain when it dies.
    process.kill(second.pid, 'SIGSTOP');
    const replies = bits.map((_, i) => through.execute(call(i)));
    await until(async () => (await activeJobs()) > 0, 'jobs to be under way');
    await second.kill();
    expect((await Promise.all(replies)).map(({ y }) => y)).toEqual(bits);
  });

  it('fails with core_unavailable when the last core is killed, and serves again when one returns', async () => {
    const core = start('analog-crossbar');
    await up(core.pid);
    await dispatch();
    const through = await matmul();
    await through.execute(call(0));
    await core.kill();
    const hasty = await matmul(4_000);
    await expect(hasty.execute(call(0))).rejects.toMatchObject({
      code: 'core_unavailable',
      message: expect.stringMatching(/electronic pool/),
    });
    const another = start('analog-crossbar');
    await up(another.pid);
    expect((await through.execute(call(0))).y).toEqual((await expected(1))[0]);
  });

  it('hands the jobs of a killed dispatcher to another, with the same bits', async () => {
    const [core, lost] = [start('analog-crossbar'), start('dispatcher')];
    await up(core.pid, lost.pid);
    const through = await matmul();
    const bits = await expected(3);
    expect((await through.execute(call(0))).y).toEqual(bits[0]);

    process.kill(core.pid, 'SIGSTOP');
    const replies = [1, 2].map((i) => through.execute(call(i)));
    await until(async () => (await activeJobs()) > 0, 'jobs to be under way');
    await lost.kill();
    process.kill(core.pid, 'SIGCONT');
    await dispatch();
    expect((await Promise.all(replies)).map(({ y }) => y)).toEqual(bits.slice(1));
    await until(async () => (await activeJobs()) === 0, 'no job to be left');
  });

  it('loses nothing when a dispatcher stops gracefully under load', async () => {
    const core = start('analog-crossbar');
    await up(core.pid);
    const leaving = await dispatch();
    await dispatch();
    const through = await matmul();
    const bits = await expected(40);
    const replies = bits.map((_, i) => through.execute(call(i)));
    await until(async () => (await activeJobs()) > 0, 'jobs to be under way');
    await leaving.close();
    dispatchers.shift();
    expect((await Promise.all(replies)).map(({ y }) => y)).toEqual(bits);
  });

  it('finishes what was under way when Redis restarts, though it lost everything', async () => {
    const core = start('analog-crossbar');
    await up(core.pid);
    await dispatch();
    const through = await matmul();
    const bits = await expected(40);
    await through.execute(call(0));
    const replies = bits.map((_, i) => through.execute(call(i)));
    await until(async () => (await activeJobs()) > 0, 'jobs to be under way');
    await redis.restart({ empty: true });
    expect((await Promise.all(replies)).map(({ y }) => y)).toEqual(bits);
    expect((await through.execute(call(0))).y).toEqual(bits[0]);
  });

  it('stops within five seconds with exit code 0, its record gone', async () => {
    const dispatcher = start('dispatcher');
    await up(dispatcher.pid);
    expect(await dispatcher.stop()).toBe(0);
    expect(await registry.list()).toEqual([]);
  });

  it('refuses to start without Redis, in one line that names it', async () => {
    await redis.kill();
    const dispatcher = start('dispatcher');
    await until(() => dispatcher.log().includes('dispatcher: '), 'the reason', PATIENCE_MS);
    expect(dispatcher.log()).toMatch(/^dispatcher: Redis at 127\.0\.0\.1:\d+ does not answer.*REDIS_URL\n$/m);
    expect(await dispatcher.stop()).toBe(1);
    await redis.up();
  });
});
