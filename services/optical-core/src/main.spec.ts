import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServiceRecord, shardId, type ShardSpec, totalJoules } from '@ohmlight/contracts';
import { GrpcCore } from '@ohmlight/core-client';
import { loadProfiles } from '@ohmlight/devices';
import { connectRedis, RedisRegistry } from '@ohmlight/registry';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { until } from '../../../test/support/until.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NAMESPACE = 'optical-core-spec';
/** A process takes a second to start, and many times that where others want the processor too. */
const BOOT_MS = 90_000;
vi.setConfig({ testTimeout: BOOT_MS, hookTimeout: 2 * BOOT_MS });

const PROFILES = [...loadProfiles(join(ROOT, 'profiles')).devices.values()]
  .filter(({ pool }) => pool === 'optical')
  .map(({ name }) => name);

const spec = (profile: string): ShardSpec => ({
  checkpoint: 'nano',
  layer: 0,
  operation: 'o',
  profile,
  k: 256,
  n: 256,
  columnStart: 0,
  columnEnd: 256,
  chipSeed: 1n,
});
const weights = Float32Array.from({ length: 256 * 256 }, (_, i) => Math.sin(i) / 16);
const batch = {
  rows: 1,
  x: Float32Array.from({ length: 256 }, (_, i) => Math.cos(i * i)),
  seeds: BigUint64Array.of(7n),
  positions: Uint32Array.of(3),
};

let redis: TestRedis;
let connection: ReturnType<typeof connectRedis>;
let child: ChildProcess;
let record: ServiceRecord | undefined;
let core: GrpcCore;

beforeAll(async () => {
  redis = await startRedis();
  connection = connectRedis(redis.url, { patient: true, name: 'spec', onError: () => undefined });
  const registry = new RedisRegistry(connection, NAMESPACE);
  child = spawn(process.execPath, ['services/optical-core/dist/main.js'], {
    cwd: ROOT,
    env: { ...process.env, REDIS_URL: redis.url, OHMLIGHT_NAMESPACE: NAMESPACE },
    stdio: 'ignore',
  });
  await until(
    async () => {
      record = (await registry.list()).find(({ pid, state }) => pid === child.pid && state === 'ready');
      return record !== undefined;
    },
    'the record of the optical core',
    BOOT_MS,
  );
  core = new GrpcCore({ address: record!.core!.grpcAddress, coreId: record!.id });
});

afterAll(async () => {
  core?.close();
  if (child && child.exitCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }
  connection.disconnect();
  await redis.stop();
});

describe('the optical core', () => {
  it('offers every optical profile at boot', () => {
    expect(record!.core!.profiles.toSorted()).toEqual(PROFILES.toSorted());
    expect(PROFILES).toContain('phase-mask');
  });

  it.each(PROFILES)('runs %s: a product and its ledger, the same again', async (profile) => {
    expect(await core.program(spec(profile), [weights])).toMatchObject({ alreadyHeld: false });
    const job = { shardId: shardId(spec(profile)), batch, requestId: 'r', deadline: Date.now() + BOOT_MS };
    const [first, second] = await Promise.all([core.execute(job), core.execute(job)]);
    expect(first.y).toHaveLength(256);
    expect(first.y.every(Number.isFinite)).toBe(true);
    expect(second.y).toEqual(first.y);
    expect(first.ledger.seconds).toBeGreaterThan(0);
    expect(totalJoules(first.ledger.joules)).toBeGreaterThan(0);
    expect(first.ledger.macs).toBe(256 * 256);
  });
});
