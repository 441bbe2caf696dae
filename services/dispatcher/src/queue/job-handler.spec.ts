import {
  emptyLedger,
  floatsToBytes,
  OhmlightError,
  type Pool,
  type ReplyMeta,
  shardId,
  VERSION,
} from '@ohmlight/contracts';
import type { RoutedJob, RoutedReply } from '@ohmlight/shard-router';
import { createLogger, Metrics } from '@ohmlight/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { MatmulJobHandler } from './job-handler.js';

const x = Float32Array.of(1, 2);
const payload = (over: Record<string, unknown> = {}) => ({
  version: 1,
  correlationId: 'c-0',
  replyStream: 'ohmlight:reply:g',
  requestIds: ['r1', 'r2'],
  pool: 'electronic',
  shard: {
    checkpoint: 'tiny',
    layer: 0,
    operation: 'qkv',
    profile: 'crossbar-basic',
    k: 2,
    n: 3,
    columnStart: 0,
    columnEnd: 3,
    chipSeed: 'ff',
  },
  rows: 1,
  seeds: ['ffffffffffffffff'],
  positions: [7],
  activations: { inline: floatsToBytes(x).toString('base64') },
  deadline: Date.now() + 5_000,
  ...over,
});

describe('MatmulJobHandler', () => {
  let routed: RoutedJob[];
  let sent: { stream: string; id: string; meta: ReplyMeta; y?: Float32Array }[];
  let metrics: Metrics;
  let route: (job: RoutedJob) => Promise<RoutedReply>;
  let stored: Map<string, Buffer>;

  const handle = (data: unknown) =>
    new MatmulJobHandler({
      router: {
        execute: (job) => {
          routed.push(job);
          return route(job);
        },
      },
      replies: {
        send: async (stream, id, meta, y) => void sent.push({ stream, id, meta, ...(y && { y }) }),
      },
      activations: {
        read: async (key) => {
          const bytes = stored.get(key);
          if (!bytes) throw new OhmlightError('queue_unavailable', `${key} is gone`);
          return bytes;
        },
      },
      profiles: new Map<string, { pool: Pool }>([
        ['crossbar-basic', { pool: 'electronic' }],
        ['homodyne-basic', { pool: 'optical' }],
      ]),
      metrics,
      logger: createLogger('spec', 'spec', 'silent'),
    }).handle({ id: 'c-0', pool: 'electronic', data, addedAt: Date.now() - 2 });

  const outcomes = async (): Promise<string[]> =>
    (await metrics.registry.getSingleMetricAsString('ohmlight_matmul_jobs_total'))
      .split('\n')
      .filter((line) => line.startsWith('ohmlight_matmul_jobs_total{'))
      .map((line) => /profile="([^"]*)".*outcome="([^"]*)"/.exec(line)!.slice(1).join(' '));

  beforeEach(() => {
    routed = [];
    sent = [];
    stored = new Map();
    metrics = new Metrics('dispatcher', VERSION);
    route = async () => ({
      y: Float32Array.of(1, 2, 3),
      ledger: { ...emptyLedger(), seconds: 1e-7, joules: { adc: 1e-12 } },
      telemetry: { dacSaturated: 1, adcSaturated: 2, signalRms: 3, noiseRms: 4 },
      engineSeconds: 0.25,
      coreSeconds: 0.5,
      coreId: 'a',
      attempts: 1,
      share: 1,
    });
  });

  it('tells the share of a job that shared its load of weights, and counts it', async () => {
    const alone = route;
    await handle(payload());
    route = async (job) => ({ ...(await alone(job)), share: 0.25 });
    await handle(payload());
    expect(sent.map(({ meta }) => meta)).toMatchObject([{ share: 1 }, { share: 0.25 }]);
    const counted = await metrics.registry.getSingleMetricAsString('ohmlight_matmul_shared_loads_total');
    expect(counted).toMatch(/^ohmlight_matmul_shared_loads_total\{.*op="qkv".*\} 1$/m);
  });

  it('routes the job with everything that it carries, and answers on its stream', async () => {
    const data = payload();
    expect(await handle(data)).toEqual({ outcome: 'ok' });
    const [job] = routed;
    expect(shardId(job!.spec)).toBe('tiny/0/qkv/0-3@crossbar-basic#ff');
    expect(job).toMatchObject({ pool: 'electronic', requestId: 'r1,r2', deadline: data.deadline });
    expect(job!.batch).toEqual({
      rows: 1,
      x,
      seeds: BigUint64Array.of(0xffff_ffff_ffff_ffffn),
      positions: Uint32Array.of(7),
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      stream: 'ohmlight:reply:g',
      id: 'c-0',
      y: Float32Array.of(1, 2, 3),
      meta: { ok: true, coreId: 'a', attempts: 1, wall: { engine: 0.25, core: 0.5 } },
    });
    expect(await outcomes()).toEqual(['crossbar-basic ok']);
  });

  it('reads activations from their key', async () => {
    stored.set('k', floatsToBytes(x));
    expect(await handle(payload({ activations: { key: 'k' } }))).toEqual({ outcome: 'ok' });
    expect(routed[0]!.batch.x).toEqual(x);
  });

  it('tells a job that took more than one try', async () => {
    const once = route;
    route = async (job) => ({ ...(await once(job)), attempts: 3 });
    expect(await handle(payload())).toEqual({ outcome: 'retried' });
    expect(await outcomes()).toEqual(['crossbar-basic retried']);
  });

  it('never runs a job after its deadline', async () => {
    expect(await handle(payload({ deadline: Date.now() - 1 }))).toMatchObject({ outcome: 'expired' });
    expect(routed).toEqual([]);
    expect(sent[0]!.meta).toMatchObject({ ok: false, code: 'deadline_exceeded' });
    expect(await outcomes()).toEqual(['crossbar-basic expired']);
  });

  it.each([
    ['a malformed payload', { rows: 'many' }, 'invalid_job', /rows/],
    ['another number of rows', { rows: 2 }, 'invalid_job', /1 seeds/],
    ['activations of another length', { activations: { inline: 'AAAA' } }, 'invalid_job', /take 8 bytes/],
    ['activations that are gone', { activations: { key: 'none' } }, 'queue_unavailable', /gone/],
    ['a profile of another pool', { pool: 'optical' }, 'invalid_job', /electronic pool/],
    ['an unknown profile', { shard: { ...payload().shard, profile: 'x' } }, 'profile_not_found', /crossbar-basic/],
  ])('fails at once with %s, and says why', async (_, fault, code, message) => {
    expect(await handle(payload(fault))).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(message) });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ id: 'c-0', meta: { ok: false, code, message: expect.stringMatching(message) } });
    expect(routed).toEqual([]);
  });

  it.each([[null], ['text'], [{ replyStream: 1, correlationId: {} }], [[]]])(
    'drops a payload that names no stream: %j',
    async (data) => {
      expect(await handle(data)).toMatchObject({ outcome: 'failed' });
      expect(sent).toEqual([]);
      expect(await outcomes()).toEqual(['unknown failed']);
    },
  );

  it("passes on a core's own code", async () => {
    route = () => Promise.reject(new OhmlightError('core_bad_reply', 'core a answered NaN'));
    expect(await handle(payload())).toMatchObject({ outcome: 'failed', reason: 'core_bad_reply: core a answered NaN' });
    expect(sent[0]!.meta).toEqual({ ok: false, code: 'core_bad_reply', message: 'core a answered NaN' });
  });
});
