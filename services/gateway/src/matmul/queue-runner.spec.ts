import {
  emptyLedger,
  activationsKey,
  floatsToBytes,
  INLINE_ACTIVATION_BYTES,
  type MatmulJob,
  matmulJobSchema,
  REPLY_FIELDS,
  type ReplyMeta,
  replyStreamKey,
  type ShardSpec,
} from '@ohmlight/contracts';
import { connectRedis } from '@ohmlight/registry';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { QueueRunner } from './queue-runner.js';
import type { PhaseCall } from '@ohmlight/matmul';

const K = 4;
const spec = (columnStart: number): ShardSpec => ({
  checkpoint: 'tiny',
  layer: 0,
  operation: 'o',
  k: K,
  n: 512,
  profile: 'homodyne-basic',
  columnStart,
  columnEnd: columnStart + 256,
  chipSeed: 1n,
});
const phase = (over: Partial<PhaseCall> = {}, rows = 1): PhaseCall => ({
  shards: [spec(0), spec(256)],
  pool: 'optical',
  batch: {
    rows,
    x: new Float32Array(rows * K).fill(0.25),
    seeds: new BigUint64Array(rows),
    positions: new Uint32Array(rows),
  },
  requestIds: ['r'],
  deadline: Date.now() + 10_000,
  ...over,
});
const good: ReplyMeta = {
  ok: true,
  coreId: 'c',
  ledger: { ...emptyLedger(), seconds: 1, macs: 1 },
  telemetry: { dacSaturated: 0, adcSaturated: 0, signalRms: 1, noiseRms: 0 },
  wall: { engine: 1e-5, core: 2e-5, dispatcher: 3e-5 },
  attempts: 1,
  share: 1,
};

describe('QueueRunner', () => {
  let server: TestRedis;
  let redis: Redis;
  let runner: QueueRunner;
  let worker: Worker | undefined;
  let seen: MatmulJob[];
  const errors: unknown[] = [];

  /** The outputs that stand for a shard: its first column everywhere. */
  const outputs = ({ rows, shard }: MatmulJob): Buffer =>
    floatsToBytes(new Float32Array(rows * 256).fill(shard.columnStart));
  const reply = (id: string, meta: string, y?: Buffer): Promise<unknown> =>
    redis.xadd(
      replyStreamKey('spec', 'g'),
      '*',
      REPLY_FIELDS.id,
      id,
      REPLY_FIELDS.meta,
      meta,
      ...(y ? [REPLY_FIELDS.y, y] : []),
    );
  const answer = (job: MatmulJob): Promise<unknown> => reply(job.correlationId, JSON.stringify(good), outputs(job));

  /** Consumes the queue as a dispatcher does, with `work` in the place of cores. */
  const consume = (work: (job: MatmulJob) => Promise<unknown>): void => {
    worker = new Worker(
      'matmul-optical',
      async (job) => {
        seen.push(job.data as MatmulJob);
        await work(job.data as MatmulJob);
      },
      { connection: redis, prefix: 'spec' },
    );
    worker.on('error', () => {});
  };
  const queued = (list: string): Promise<number> => redis.llen(`spec:matmul-optical:${list}`);

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => {
    seen = [];
    redis = connectRedis(server.url, { patient: true, name: 'spec', onError: () => {} });
    runner = new QueueRunner({
      redisUrl: server.url,
      namespace: 'spec',
      gatewayId: 'g',
      onError: (error) => errors.push(error),
    });
  });
  afterEach(async () => {
    await runner.close();
    await worker?.close(true);
    worker = undefined;
    await redis.flushall();
    redis.disconnect();
  });
  afterAll(() => server.stop());

  it('sends one job per shard that fits the contract, and puts replies in the order of shards', async () => {
    consume(answer);
    const replies = await runner.run(phase());
    expect(replies.map(({ y }) => y[0])).toEqual([0, 256]);
    expect(seen).toHaveLength(2);
    for (const job of seen) {
      expect(matmulJobSchema.parse(job)).toEqual(job);
      expect(job.correlationId).not.toMatch(/:|^\d+$/);
      expect(job.activations).toEqual({ inline: floatsToBytes(phase().batch.x).toString('base64') });
    }
  });

  it('leaves nothing behind in Redis', async () => {
    consume(answer);
    await runner.run(phase());
    await runner.run(phase({}, 2_000));
    const left = async (): Promise<string[]> => [
      ...(await redis.keys('spec:matmul-optical:g*')),
      ...(await redis.keys(activationsKey('spec', '*'))),
    ];
    await until(async () => (await left()).length === 0, 'jobs and activations to be removed');
    await until(async () => (await redis.xlen(replyStreamKey('spec', 'g'))) === 0, 'the stream to be trimmed');
    await runner.close();
    expect(await redis.exists(replyStreamKey('spec', 'g'))).toBe(0);
  });

  it('stores long activations once, with a time to live beyond the deadline', async () => {
    const rows = INLINE_ACTIVATION_BYTES / 4 / K + 1;
    const call = phase({}, rows);
    const reply = runner.run(call);
    await until(async () => (await queued('wait')) === 2, 'the jobs to be added');
    const [key] = await redis.keys(activationsKey('spec', '*'));
    expect(await redis.getBuffer(key!)).toEqual(floatsToBytes(call.batch.x));
    expect(await redis.pttl(key!)).toBeGreaterThan(call.deadline - Date.now());
    consume(answer);
    expect(await reply).toHaveLength(2);
    expect(seen.map(({ activations }) => activations)).toEqual([{ key }, { key }]);
  });

  it('ignores a second reply, a stranger and an entry that is no reply', async () => {
    consume(async (job) => {
      await reply('stranger', JSON.stringify(good), outputs(job));
      await redis.xadd(replyStreamKey('spec', 'g'), '*', 'no', 'reply');
      await answer(job);
      await reply(job.correlationId, JSON.stringify({ ok: false, code: 'core_unavailable', message: 'late' }));
      await answer(job);
    });
    for (let i = 0; i < 5; i++) expect((await runner.run(phase())).map(({ y }) => y[0])).toEqual([0, 256]);
  });

  it.each([
    [
      'the error of the dispatcher',
      JSON.stringify({ ok: false, code: 'core_unavailable', message: 'gone' }),
      'core_unavailable',
    ],
    ['an unknown code', JSON.stringify({ ok: false, code: 'of_tomorrow', message: 'x' }), 'internal_error'],
    ['a reply that cannot be read', 'no JSON', 'internal_error'],
    ['a reply without outputs', JSON.stringify(good), 'core_bad_reply'],
  ])('fails the phase with %s', async (_, meta, code) => {
    consume((job) => reply(job.correlationId, meta));
    await expect(runner.run(phase())).rejects.toMatchObject({ code });
  });

  it('says at the deadline that nobody answered, and takes the jobs back', async () => {
    const failure = runner.run(phase({ deadline: Date.now() + 2_000 }));
    await expect(failure).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: expect.stringMatching(/is a dispatcher up\?/),
    });
    await until(async () => (await queued('wait')) === 0, 'the jobs to be withdrawn');
  });

  it('takes the jobs back when the caller aborts', async () => {
    const abort = new AbortController();
    const reason = new Error('the client left');
    const reply = runner.run(phase({ signal: abort.signal }));
    await until(async () => (await queued('wait')) === 2, 'the jobs to be added');
    abort.abort(reason);
    await expect(reply).rejects.toBe(reason);
    await until(async () => (await queued('wait')) === 0, 'the jobs to be withdrawn');
  });

  it('sends a phase again when Redis returns without it', async () => {
    const reply = runner.run(phase({}, 2_000));
    await until(async () => (await queued('wait')) === 2, 'the jobs to be added');
    await server.restart({ empty: true });
    consume(answer);
    expect((await reply).map(({ y }) => y[0])).toEqual([0, 256]);
  });

  it('fails a call while Redis is away, and serves again once it is back', async () => {
    consume(answer);
    await runner.run(phase());
    await server.kill();
    const failure = runner.run(phase({ deadline: Date.now() + 100 }));
    await expect(failure).rejects.toMatchObject({ code: 'queue_unavailable' });
    await server.up();
    expect(await runner.run(phase())).toHaveLength(2);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('closes while Redis is away, and ends the calls that wait', async () => {
    const reply = runner.run(phase());
    await until(async () => (await queued('wait')) === 2, 'the jobs to be added');
    const failure = reply.catch((error: unknown) => error);
    await server.kill();
    await runner.close();
    expect(await failure).toMatchObject({ code: 'shutting_down' });
    await server.up();
  });
});
