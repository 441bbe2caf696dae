import { describe, expect, it } from 'vitest';
import { floatsToBytes } from './float-bytes.js';
import { batchOfJob, jobRowKeys, jobShard, parseMatmulJob, shardOfJob } from './job-codec.js';
import type { ShardSpec } from './shard.js';

const spec: ShardSpec = {
  checkpoint: 'tiny',
  layer: 3,
  operation: 'gate_up',
  profile: 'crossbar-basic',
  k: 2,
  n: 512,
  columnStart: 256,
  columnEnd: 512,
  chipSeed: 0xffff_ffff_ffff_ffffn,
};
const batch = {
  rows: 2,
  x: Float32Array.of(1, -2.5, 3e-40, 4),
  seeds: BigUint64Array.of(0n, 0xffff_ffff_ffff_ffffn),
  positions: Uint32Array.of(0, 4_294_967_295),
};
const bytes = floatsToBytes(batch.x);
const payload = {
  version: 1,
  correlationId: 'c-1',
  replyStream: 's',
  requestIds: ['r'],
  pool: 'electronic',
  shard: jobShard(spec),
  ...jobRowKeys(batch),
  activations: { inline: bytes.toString('base64') },
  deadline: 1,
};

describe('job codec', () => {
  it('carries shard, keys and activations through JSON without loss', () => {
    const job = parseMatmulJob(JSON.parse(JSON.stringify(payload)));
    expect(shardOfJob(job)).toEqual(spec);
    expect(batchOfJob(job, bytes)).toEqual(batch);
  });

  it.each([{ calibration: '1f2e' }, { operation: 'ffn' as const, inner: 700 }])('carries a shard with %j', (more) => {
    const shard = { ...spec, ...more };
    expect(shardOfJob(parseMatmulJob({ ...payload, shard: jobShard(shard) }))).toEqual(shard);
  });

  it.each([
    ['no object', null, /\(root\)/],
    ['another version', { ...payload, version: 2 }, /version/],
    ['an unknown pool', { ...payload, pool: 'steam' }, /pool/],
    ['a negative position', { ...payload, positions: [0, -1] }, /positions\.1/],
    ['a position over 32 bits', { ...payload, positions: [0, 2 ** 32] }, /positions\.1/],
    ['a seed over 64 bits', { ...payload, seeds: ['0', '1'.repeat(17)] }, /seeds\.1/],
    ['fewer seeds than rows', { ...payload, seeds: ['0'] }, /1 seeds/],
    ['an empty range', { ...payload, shard: { ...payload.shard, columnStart: 512 } }, /no range/],
    ['a range over the matrix', { ...payload, shard: { ...payload.shard, columnEnd: 513 } }, /no range/],
  ])('refuses %s, naming it', (_, data, message) => {
    expect(() => parseMatmulJob(data)).toThrow(expect.objectContaining({ code: 'invalid_job' }));
    expect(() => parseMatmulJob(data)).toThrow(message);
  });

  it('refuses activations of another length', () => {
    const job = parseMatmulJob(payload);
    expect(() => batchOfJob(job, bytes.subarray(4))).toThrow(/take 16 bytes; the job carries 12/);
  });
});
