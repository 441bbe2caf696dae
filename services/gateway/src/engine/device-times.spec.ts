import type { MatmulCall } from '@ohmlight/transformer';
import { ageingOf, loadProfiles } from '@ohmlight/devices';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEngine, type TestEngine, tokensOf } from '../../testing/engine.js';
import { PROFILES } from '../../testing/start.js';
import { DeviceTimes, deviceTimes } from './device-times.js';
import { servedPlacements } from './served-placement.js';

const PROMPT = [290, 39, 68, 75, 75, 78];
const profiles = loadProfiles(PROFILES);
const placements = new Map(servedPlacements(profiles).map((placement) => [placement.name, placement]));
const ageings = new Map(
  [...profiles.devices].flatMap(([name, profile]) => {
    const ageing = ageingOf(profile);
    return ageing ? [[name, ageing] as const] : [];
  }),
);
const timesOf = (deviceTime: number, placement = 'pcm-standard'): DeviceTimes =>
  deviceTimes(placements.get(placement)!.devices(2), ageings, () => ({ deviceTime }), deviceTime);

describe('the device times of a request', () => {
  it("are its placement's, by profile; what does not age has none", () => {
    const times = timesOf(100);
    expect(times.of('pcm-standard')).toEqual({ deviceTime: 100, calibratedAt: 100 });
    expect(times.of('digital-fp32')).toBeUndefined();
    expect([times.deviceTime, times.calibratedAt]).toEqual([100, 100]);
    expect(timesOf(100, 'rram-neurram-130nm').calibratedAt).toBeNull();
  });

  it('tell the time that the request states where nothing ages, and share a step with any other there', () => {
    const times = timesOf(100, 'digital-fp32');
    expect([times.deviceTime, times.calibratedAt, times.key]).toEqual([100, null, timesOf(1, 'digital-fp32').key]);
    expect(deviceTimes(placements.get('digital-fp32')!.devices(2), ageings, () => ({})).deviceTime).toBeNull();
  });

  it('are one step apart where they differ', () => {
    expect(timesOf(100).key).toBe(timesOf(100).key);
    expect(timesOf(100).key).not.toBe(timesOf(101).key);
  });
});

describe('the running batch', () => {
  let t: TestEngine;
  let calls: MatmulCall[];
  beforeEach(async () => {
    t = await makeEngine();
    calls = [];
    t.matmuls.gate.before = (call) => {
      if (call.layer === 0 && call.operation === 'qkv') calls.push(call);
    };
  });
  afterEach(() => t.remove());

  const at = (deviceTime: number, seed: number, maxTokens = 8) =>
    t.submit(PROMPT, seed, { maxTokens, ignoreEos: true }, { placement: 'pcm-standard', times: timesOf(deviceTime) });

  it('mixes no rows of different device times, and gives each request what it gets alone', async () => {
    const alone = [];
    for (const [time, seed] of [
      [1, 5],
      [1, 6],
      [1000, 5],
    ] as const)
      alone.push(await tokensOf(at(time, seed)));
    expect(alone[0]).not.toEqual(alone[2]);
    calls.length = 0;
    expect(await Promise.all([at(1, 5), at(1, 6), at(1000, 5)].map(tokensOf))).toEqual(alone);
    // Two at one time share their steps; the third has its own.
    const byTime = Map.groupBy(calls, ({ conditions }) => conditions?.deviceTime);
    expect([...byTime.keys()]).toEqual([1, 1000]);
    expect(Math.max(...byTime.get(1)!.map(({ batch }) => new Set(batch.seeds).size))).toBe(2);
    for (const { batch } of byTime.get(1000)!) expect(new Set(batch.seeds)).toEqual(new Set([5n]));
  });

  it('gives every device time its steps in turn, newcomers behind those that run', async () => {
    const first = tokensOf(at(1, 1, 12));
    const others = [2, 3, 4].map((time) => tokensOf(at(time, time, 12)));
    await Promise.all([first, ...others]);
    const order = calls.map(({ conditions }) => conditions!.deviceTime!);
    for (let i = order.indexOf(4); i + 4 < order.length - 4; i++) expect(new Set(order.slice(i, i + 4)).size).toBe(4);
  });
});
