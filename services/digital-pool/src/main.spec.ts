import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Pool, type ServiceName, type ServiceRecord, shardId, type ShardSpec } from '@ohmlight/contracts';
import { GrpcCore } from '@ohmlight/core-client';
import { connectRedis, RedisRegistry } from '@ohmlight/registry';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedis, type TestRedis } from '../../../test/support/redis.js';
import { until } from '../../../test/support/until.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NAMESPACE = 'core-spec';
/** A process takes a second to start, and many times that where others want the processor too. */
const BOOT_MS = 90_000;
vi.setConfig({ testTimeout: 2 * BOOT_MS });

const CORES: [ServiceName, Pool, string][] = [
  ['digital-pool', 'digital', 'digital-fp32'],
  ['analog-crossbar', 'electronic', 'crossbar-basic'],
  ['optical-core', 'optical', 'homodyne-basic'],
];

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
  x: Float32Array.from({ length: 256 }, (_, i) => Math.cos(i)),
  seeds: BigUint64Array.of(7n),
  positions: Uint32Array.of(3),
};

let redis: TestRedis;
let connection: ReturnType<typeof connectRedis>;
let registry: RedisRegistry;
const running: ChildProcess[] = [];
const cores: GrpcCore[] = [];

beforeAll(async () => {
  redis = await startRedis();
  connection = connectRedis(redis.url, { patient: true, name: 'spec', onError: () => undefined });
  registry = new RedisRegistry(connection, NAMESPACE);
});
afterAll(async () => {
  connection.disconnect();
  await redis.stop();
});
afterEach(async () => {
  for (const core of cores.splice(0)) core.close();
  for (const child of running.splice(0)) await end(child, 'SIGKILL');
});

interface Core {
  readonly child: ChildProcess;
  readonly output: () => string;
}

/** Starts the built process, as `npm start` does. */
function launch(service: ServiceName, env: Record<string, string> = {}): Core {
  const child = spawn(process.execPath, [`services/${service}/dist/main.js`], {
    cwd: ROOT,
    env: { ...process.env, REDIS_URL: redis.url, OHMLIGHT_NAMESPACE: NAMESPACE, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
  running.push(child);
  return { child, output: () => output };
}

async function end(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    if (signal) child.kill(signal);
    await ended;
  }
  return child.exitCode;
}

/** Records of this process: that of one that was killed lives on for a while. */
const recordsOf = async ({ child }: Core): Promise<ServiceRecord[]> =>
  (await registry.list()).filter(({ pid }) => pid === child.pid);

async function announced(process: Core): Promise<ServiceRecord> {
  let record: ServiceRecord | undefined;
  await until(
    async () => {
      [record] = await recordsOf(process);
      return record?.state === 'ready';
    },
    `the core's record; it said: ${process.output()}`,
    BOOT_MS,
  );
  return record!;
}

function connect(record: ServiceRecord): GrpcCore {
  const core = new GrpcCore({ address: record.core!.grpcAddress, coreId: record.id });
  cores.push(core);
  return core;
}

describe.each(CORES)('the process %s', (service, pool, profile) => {
  it('announces itself, runs jobs, tells its metrics, and leaves nothing behind at SIGTERM', async () => {
    const process = launch(service, { OHMLIGHT_CAPACITY_MB: '50', OHMLIGHT_CORE_ID: `the-${service}` });
    const record = await announced(process);
    expect(record).toMatchObject({ id: `the-${service}`, pid: process.child.pid, core: { pool, shards: 0 } });
    expect(record.core).toMatchObject({ capacityBytes: 50e6, profiles: expect.arrayContaining([profile]) });

    const core = connect(record);
    const { enginePath } = record.core!;
    expect(await core.describe()).toMatchObject({
      coreId: record.id,
      pool,
      enginePath,
      profiles: record.core!.profiles,
    });
    expect(await core.program(spec(profile), [weights])).toMatchObject({ alreadyHeld: false });
    const job = { shardId: shardId(spec(profile)), batch, requestId: 'r', deadline: Date.now() + BOOT_MS };
    const [first, second] = await Promise.all([core.execute(job), core.execute(job)]);
    expect(first.y.every(Number.isFinite)).toBe(true);
    expect(second.y).toEqual(first.y);
    await until(async () => (await recordsOf(process))[0]?.core?.shards === 1, 'the shard in the record', BOOT_MS);

    const health = await fetch(`http://${record.httpAddress}/health`);
    expect(health.status).toBe(200);
    const metrics = await (await fetch(`http://${record.httpAddress}/metrics`)).text();
    const labels = `pool="${pool}",profile="${profile}",op="o"`;
    expect(metrics).toContain(`ohmlight_core_executions_total{${labels},outcome="ok"} 2`);
    expect(metrics).toContain(`ohmlight_core_engine_seconds_count{${labels}} 2`);
    expect(metrics).toContain(`ohmlight_core_shards{pool="${pool}",profile="${profile}"} 1`);

    expect(await end(process.child, 'SIGTERM')).toBe(0);
    expect(await recordsOf(process)).toEqual([]);
    for (const line of process.output().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ service });
  });
});

describe('a core', () => {
  const [[service, , profile]] = CORES as [(typeof CORES)[0]];

  it('that is killed fails the calls in flight as core_unavailable', async () => {
    const process = launch(service);
    const core = connect(await announced(process));
    await core.program(spec(profile), [weights]);
    const rows = 2_000;
    const large = {
      rows,
      x: new Float32Array(rows * 256).fill(1),
      seeds: new BigUint64Array(rows),
      positions: new Uint32Array(rows),
    };
    const jobs = Array.from({ length: 40 }, () =>
      core.execute({ shardId: shardId(spec(profile)), batch: large, requestId: 'r', deadline: Date.now() + 600_000 }),
    );
    const settled = Promise.allSettled(jobs);
    await jobs[0];
    process.child.kill('SIGKILL');
    const last = (await settled).at(-1);
    expect(last).toMatchObject({ status: 'rejected', reason: { code: 'core_unavailable' } });
  });

  it('keeps serving while Redis is away, says so once, and announces itself again', async () => {
    const process = launch(service);
    const core = connect(await announced(process));
    await redis.kill();
    await until(() => process.output().includes('Redis went away'), 'the warning', BOOT_MS);
    expect(await core.program(spec(profile), [weights])).toMatchObject({ alreadyHeld: false });
    await redis.up();
    await until(async () => (await recordsOf(process))[0]?.core?.shards === 1, 'the record as it is now', BOOT_MS);
    await until(() => process.output().includes('Redis is back'), 'the all-clear', BOOT_MS);
    expect(process.output().split('Redis went away')).toHaveLength(2);
    expect(await end(process.child, 'SIGINT')).toBe(0);
  });

  it.each(['OHMLIGHT_GRPC_PORT', 'OHMLIGHT_METRICS_PORT'])(
    'whose %s is taken says so in one line',
    async (variable) => {
      const holder = createServer().listen(0, '127.0.0.1');
      await once(holder, 'listening');
      const { port } = holder.address() as AddressInfo;
      const { child, output } = launch(service, { [variable]: String(port) });
      expect(await end(child)).toBe(1);
      holder.close();
      expect(output()).toMatch(new RegExp(`^${service}: port ${port} is taken .*${variable}.*\\n$`));
    },
  );

  it.each([
    [{ REDIS_URL: 'redis://127.0.0.1:1' }, /^digital-pool: Redis at 127\.0\.0\.1:1 .*REDIS_URL\n$/],
    [{ OHMLIGHT_PROFILES: 'nowhere' }, /^digital-pool: .*nowhere.*OHMLIGHT_PROFILES\n$/],
    [
      { OHMLIGHT_CAPACITY_MB: 'lots', OHMLIGHT_CORE_ID: 'a b' },
      /^digital-pool: OHMLIGHT_CAPACITY_MB: [^\n]*; OHMLIGHT_CORE_ID: .*\n$/,
    ],
  ])('started with %j names it in one line and exits 1', async (env, line) => {
    const { child, output } = launch(service, env as Record<string, string>);
    expect(await end(child)).toBe(1);
    expect(output()).toMatch(line);
  });
});
