import { describe, expect, it } from 'vitest';
import { columnsOfShardId, planShards, shardFromProto, shardId, type ShardSpec, shardToProto } from './shard.js';

const spec: ShardSpec = {
  checkpoint: 'nano-1-2@x',
  layer: 3,
  operation: 'gate_up',
  profile: 'crossbar-basic',
  k: 256,
  n: 1536,
  columnStart: 768,
  columnEnd: 1536,
  chipSeed: 0xffff_ffff_ffff_ffffn,
};

describe('a shard', () => {
  it('has a name that tells its columns', () => {
    expect(shardId(spec)).toBe('nano-1-2@x/3/gate_up/768-1536@crossbar-basic#ffffffffffffffff');
    expect(columnsOfShardId(shardId(spec))).toBe(768);
    expect(columnsOfShardId('no shard')).toBeUndefined();
  });

  it('is another shard when it is calibrated otherwise', () => {
    const calibrated = { ...spec, calibration: '1f2e' };
    expect(shardId(calibrated)).toBe('nano-1-2@x/3/gate_up/768-1536@crossbar-basic~1f2e#ffffffffffffffff');
    expect(columnsOfShardId(shardId(calibrated))).toBe(768);
  });

  it.each([{}, { calibration: '1f2e' }, { operation: 'ffn' as const, inner: 700 }])(
    'survives the wire with %j',
    (more) => {
      const sent = { ...spec, ...more };
      expect(shardFromProto(shardToProto(sent))).toEqual(sent);
    },
  );

  it.each([
    { operation: 'ffn' as const, inner: 0 },
    { operation: 'down' as const, inner: 700 },
  ])('that does not fit its operation is refused: %j', (more) => {
    expect(() => shardFromProto(shardToProto({ ...spec, ...more }))).toThrow(
      expect.objectContaining({ code: 'invalid_shard' }),
    );
  });

  it.each([
    { columnEnd: 768 },
    { columnEnd: 1537 },
    { k: 0 },
    { n: 0 },
    { checkpoint: '' },
    { profile: '' },
    { operation: 0 },
  ])('with %j is refused', (wrong) => {
    expect(() => shardFromProto({ ...shardToProto(spec), ...wrong })).toThrow(
      expect.objectContaining({ code: 'invalid_shard' }),
    );
  });

  it.each([
    [2048, 1024],
    [1100, 512],
    [100, 1024],
    [768, 256],
  ])('plan of %i columns by at most %i covers them in order, on the alignment', (n, most) => {
    const plan = planShards(n, most);
    const edges = plan.flatMap(({ columnStart, columnEnd }) => [columnStart, columnEnd]);
    expect(edges).toEqual([0, ...plan.slice(1).flatMap(({ columnStart }) => [columnStart, columnStart]), n]);
    for (const { columnStart, columnEnd } of plan) {
      expect(columnStart % 256).toBe(0);
      expect(columnEnd - columnStart).toBeLessThanOrEqual(most);
      expect(columnEnd).toBeGreaterThan(columnStart);
    }
  });
});
