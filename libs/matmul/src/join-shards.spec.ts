import { emptyLedger, type ShardSpec } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { joinShards, splitWall } from './join-shards.js';
import type { ShardReply } from './shard-runner.js';

const spec = (columnStart: number, columnEnd: number): ShardSpec => ({
  checkpoint: 'tiny',
  layer: 0,
  operation: 'o',
  k: 1,
  n: 3,
  profile: 'p',
  columnStart,
  columnEnd,
  chipSeed: 1n,
});
const reply = (y: number[], over: Partial<ShardReply> = {}): ShardReply => ({
  y: Float32Array.from(y),
  ledger: { ...emptyLedger(), seconds: y.length, joules: { adc: 1 }, macs: 10 },
  telemetry: { dacSaturated: 1, adcSaturated: 2, signalRms: y.length, noiseRms: 0 },
  engineSeconds: 0.1,
  coreSeconds: 0.2,
  ...over,
});

describe('joinShards', () => {
  it('puts columns side by side and adds what adds', () => {
    const wall = { total: 0, engine: 0, grpc: 0, queue: 0 };
    const joined = joinShards([spec(0, 2), spec(2, 3)], [reply([1, 2, 4, 5]), reply([3, 6])], 2, wall);
    expect(joined.y).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(joined.ledger).toMatchObject({ seconds: 4, joules: { adc: 2 }, macs: 20 });
    expect(joined.telemetry).toMatchObject({ dacSaturated: 2, adcSaturated: 4, noiseRms: 0 });
    expect(joined.telemetry.signalRms).toBeCloseTo(Math.sqrt((4 * 16 + 2 * 4) / 6), 12);
    expect(joined.jobs).toBe(2);
  });
});

describe('a phase that shared a load', () => {
  it('has the share of its slowest shard', () => {
    const wall = { total: 0, engine: 0, grpc: 0, queue: 0 };
    const shared = [reply([1, 2], { share: 0.25 }), reply([3], { share: 0.5 })];
    expect(joinShards([spec(0, 2), spec(2, 3)], shared, 1, wall).share).toBe(0.25);
    expect(joinShards([spec(0, 3)], [reply([1, 2, 3])], 1, wall)).not.toHaveProperty('share');
  });
});

describe('splitWall', () => {
  it('follows the slowest shard', () => {
    const slow = reply([1], { engineSeconds: 0.3, coreSeconds: 0.5 });
    const wall = splitWall(1, [reply([1]), slow], false);
    expect(wall.total).toBe(1);
    expect(wall.engine).toBeCloseTo(0.3, 12);
    expect(wall.grpc).toBeCloseTo(0.2, 12);
    expect(wall.queue).toBeCloseTo(0.5, 12);
  });

  it('is never negative where clocks disagree', () => {
    const odd = reply([1], { engineSeconds: 3, coreSeconds: 2 });
    expect(splitWall(1, [odd], false)).toEqual({ total: 1, engine: 1, grpc: 0, queue: 0 });
  });

  it('counts turns in this process as engine', () => {
    expect(splitWall(1, [reply([1])], true)).toEqual({ total: 1, engine: 1, grpc: 0, queue: 0 });
  });
});
