import { floatsToBytes, shardId, type ShardSpec } from '@ohmlight/contracts';
import { contractDevices } from '@ohmlight/core-client/testing';
import { createDevice, loadProfiles } from '@ohmlight/devices';
import { describe, expect, it, vi } from 'vitest';
import { type ReceiveWeights, ShardStore } from './shard-store.js';
import { WorkQueue } from './work-queue.js';

const spec: ShardSpec = {
  checkpoint: 'nano',
  layer: 1,
  operation: 'down',
  profile: 'exact',
  k: 10,
  n: 10,
  columnStart: 0,
  columnEnd: 10,
  chipSeed: 1n,
};
const weights = new Float32Array(100).fill(1);
const receive: ReceiveWeights = async (buffer) => buffer.append(floatsToBytes(weights));

const storeOf = (capacityBytes: number): ShardStore =>
  new ShardStore({ devices: contractDevices(), capacityBytes, queue: new WorkQueue() });

describe('ShardStore', () => {
  it('asks only one of the callers that want the same shard for its weights', async () => {
    const store = storeOf(1_000);
    const asked = vi.fn<ReceiveWeights>(receive);
    const all = await Promise.all([1, 2, 3].map(() => store.program(spec, asked)));
    expect(asked).toHaveBeenCalledTimes(1);
    expect(all.map(({ alreadyHeld }) => alreadyHeld)).toEqual([false, true, true]);
    expect(all[1]!.ledger).toMatchObject({ seconds: 0, joules: {} });
  });

  it('lets the next caller take over from one whose stream breaks', async () => {
    const store = storeOf(1_000);
    const breaks: ReceiveWeights = async (buffer) => {
      buffer.append(floatsToBytes(weights.subarray(50)));
      throw new Error('the stream broke');
    };
    const [first, second, third] = await Promise.allSettled([
      store.program(spec, breaks),
      store.program(spec, receive),
      store.program(spec, receive),
    ]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'the stream broke' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { alreadyHeld: false } });
    expect(third).toMatchObject({ status: 'fulfilled', value: { alreadyHeld: true } });
    expect(store.residentBytes).toBe(400);
  });

  it('counts shards that are being programmed towards its capacity, and those that failed no more', async () => {
    const store = storeOf(900);
    let finish: (() => void) | undefined;
    const slow: ReceiveWeights = (buffer) =>
      new Promise((_, reject) => {
        buffer.append(floatsToBytes(weights));
        finish = () => reject(new Error('the stream broke'));
      });
    const [a, b, c] = [1, 2, 3].map((layer) => ({ ...spec, layer })) as [ShardSpec, ShardSpec, ShardSpec];
    const first = store.program(a, slow);
    await store.program(b, receive);
    await expect(store.program(c, receive)).rejects.toMatchObject({ code: 'capacity_exceeded' });
    await expect(store.program(c, receive)).rejects.toThrow(/needs 400 bytes, and 800 of 900/);
    finish?.();
    await expect(first).rejects.toThrow('the stream broke');
    await store.program(c, receive);
    expect(store.list().map(({ shardId }) => shardId)).toEqual([b, c].map(shardId));
  });

  it('counts the ages that shards keep, within its capacity, and gives them up for another shard', async () => {
    const device = createDevice(loadProfiles('profiles').devices.get('pcm-hermes-14nm')!);
    const aged = { ...spec, profile: device.name };
    const one = device.program(aged, weights).residentBytes;
    const age = one - weights.byteLength;
    const capacityBytes = 2 * one + age;
    const store = new ShardStore({ devices: [device], capacityBytes, queue: new WorkQueue() });
    const batch = {
      rows: 1,
      x: new Float32Array(10).fill(1),
      seeds: new BigUint64Array(1),
      positions: new Uint32Array(1),
    };
    const at = (deviceTime: number) => store.execute(shardId(aged), batch, { deviceTime }).y;
    await store.program(aged, receive);
    const alone = [1, 1e3, 1e6].map((deviceTime) => device.program(aged, weights).execute(batch, { deviceTime }).y);
    for (let round = 0; round < 2; round++) {
      expect([1, 1e3, 1e6].map(at)).toEqual(alone);
      expect(store.residentBytes).toBeLessThanOrEqual(capacityBytes);
      expect(store.residentBytes).toBeGreaterThan(one + age);
    }
    await store.program({ ...aged, layer: 2 }, receive);
    expect(store.residentBytes).toBe(2 * one);
    expect([1, 1e3, 1e6].map(at)).toEqual(alone);
    expect(store.residentBytes).toBe(capacityBytes);
    store.evict(shardId(aged));
    expect(store.residentBytes).toBe(one);
  });

  it('tells of every change once, after it', async () => {
    const store = storeOf(1_000);
    const seen: number[] = [];
    store.onChange(() => seen.push(store.residentBytes));
    await store.program(spec, receive);
    await store.program(spec, receive);
    store.evict(shardId(spec));
    store.evict(shardId(spec));
    expect(seen).toEqual([400, 0]);
  });
});
