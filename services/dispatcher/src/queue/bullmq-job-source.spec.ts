import { MATMUL_JOB, queueName } from '@ohmlight/contracts';
import { connectRedis } from '@ohmlight/registry';
import { createLogger } from '@ohmlight/telemetry';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { BullmqJobSource } from './bullmq-job-source.js';
import type { JobHandler, JobOutcome, ReceivedJob } from './job-source.js';

const REMOVED = { removeOnComplete: true, removeOnFail: true };

describe('BullmqJobSource', () => {
  let server: TestRedis;
  let redis: Redis;
  let connections: Redis[];
  let sources: BullmqJobSource[];
  let queue: Queue;

  const connect = (): Redis => {
    const connection = connectRedis(server.url, { patient: true, name: 'spec', onError: () => {} });
    connections.push(connection);
    return connection;
  };
  /** Starts a source; handled jobs and abandoned ones are told apart in the lists it returns. */
  const source = async (handle: (job: ReceivedJob) => Promise<JobOutcome>, concurrency = 4) => {
    const handled: ReceivedJob[] = [];
    const abandoned: string[] = [];
    const handler: JobHandler = {
      handle: (job) => {
        handled.push(job);
        return handle(job);
      },
      abandon: async ({ id }, reason) => {
        abandoned.push(id);
        return { outcome: 'failed', reason };
      },
    };
    const made = new BullmqJobSource({
      connection: connect(),
      namespace: 'spec',
      concurrency,
      logger: createLogger('spec', 'spec', 'silent'),
    });
    sources.push(made);
    await made.start(['optical'], handler);
    return { made, handled, abandoned };
  };
  const add = (...ids: string[]) =>
    queue.addBulk(ids.map((jobId) => ({ name: MATMUL_JOB, data: { n: jobId }, opts: { jobId, ...REMOVED } })));
  const empty = async (): Promise<boolean> => {
    const counts = await queue.getJobCounts('wait', 'active', 'completed', 'failed');
    return (
      Object.values(counts).every((count) => count === 0) && (await redis.keys('spec:matmul-optical:j*')).length === 0
    );
  };

  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => {
    connections = [];
    sources = [];
    redis = connect();
    queue = new Queue(queueName('optical'), { connection: connect(), prefix: 'spec' });
    queue.on('error', () => {});
  });
  afterEach(async () => {
    await Promise.all(sources.map((made) => made.stop(0)));
    await queue.close();
    await redis.flushall();
    for (const connection of connections) connection.disconnect();
  });
  afterAll(() => server.stop());

  it('hands out what was added, once, and leaves nothing of it', async () => {
    const { handled } = await source(async () => ({ outcome: 'ok' }));
    await add('j-1', 'j-2', 'j-3');
    await until(async () => handled.length === 3 && (await empty()), 'the jobs to be done');
    expect(handled.map(({ id, pool, data }) => ({ id, pool, data }))).toEqual(
      ['j-1', 'j-2', 'j-3'].map((id) => ({ id, pool: 'optical', data: { n: id } })),
    );
    expect(Date.now() - handled[0]!.addedAt).toBeGreaterThanOrEqual(0);
  });

  it('leaves nothing of a job that failed', async () => {
    const { handled } = await source(async () => ({ outcome: 'failed', reason: 'invalid_job: no' }));
    await add('j-1');
    await until(empty, 'the job to be gone');
    expect(handled).toHaveLength(1);
  });

  it('has no more jobs under way than it may', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    await source(async () => {
      most = Math.max(most, ++running);
      await gate.promise;
      running--;
      return { outcome: 'ok' };
    }, 2);
    await add('j-1', 'j-2', 'j-3', 'j-4', 'j-5');
    await until(() => running === 2, 'two jobs to be under way');
    gate.resolve();
    await until(empty, 'all jobs to be done');
    expect(most).toBe(2);
  });

  it('does not add a job twice under one id', async () => {
    await add('j-1');
    await add('j-1');
    const { handled } = await source(async () => ({ outcome: 'ok' }));
    await until(empty, 'the job to be done');
    expect(handled).toHaveLength(1);
  });

  it('finishes what is under way when it stops, and takes no more', async () => {
    const gate = Promise.withResolvers<void>();
    const { made, handled } = await source(async () => {
      await gate.promise;
      return { outcome: 'ok' };
    }, 1);
    await add('j-1', 'j-2');
    await until(() => handled.length === 1, 'the first job to be under way');
    const stopped = made.stop(10_000);
    gate.resolve();
    await stopped;
    expect(handled).toHaveLength(1);
    expect(await queue.getJobCounts('wait', 'active')).toEqual({ wait: 1, active: 0 });
  });

  it('hands the job of a lost consumer to another', async () => {
    const lost = await source(() => new Promise(() => {}));
    await add('j-1');
    await until(() => lost.handled.length === 1, 'the job to be under way');
    await lost.made.stop(0);
    const { handled } = await source(async () => ({ outcome: 'ok' }));
    await until(empty, 'the job to be recovered', 20_000);
    expect(handled.map(({ id }) => id)).toEqual(['j-1']);
  });

  it('keeps the lock of a job that takes long', async () => {
    const gate = Promise.withResolvers<void>();
    const { handled } = await source(async () => {
      await gate.promise;
      return { outcome: 'ok' };
    });
    await add('j-1');
    await until(() => handled.length === 1, 'the job to be under way');
    const other = await source(async () => ({ outcome: 'ok' }));
    // Longer than a lock lives without renewal.
    await new Promise((resolve) => setTimeout(resolve, 5_500));
    gate.resolve();
    await until(empty, 'the job to be done');
    expect(other.handled).toEqual([]);
  });

  it('has a job answered that the queue gave up on', async () => {
    await add('j-1');
    await redis.hset('spec:matmul-optical:j-1', 'defa', 'job stalled more than allowable limit');
    const { handled, abandoned } = await source(async () => ({ outcome: 'ok' }));
    await until(empty, 'the job to be gone');
    expect(abandoned).toEqual(['j-1']);
    expect(handled).toEqual([]);
  });

  it('goes on when Redis returns', async () => {
    const { handled } = await source(async () => ({ outcome: 'ok' }));
    await add('j-1');
    await until(empty, 'the first job to be done');
    await server.restart({ empty: true });
    await add('j-2');
    await until(() => handled.length === 2, 'the second job to be done', 20_000);
    expect(handled.map(({ id }) => id)).toEqual(['j-1', 'j-2']);
  });
});
