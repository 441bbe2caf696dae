import type { ShardSpec } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { createDevice, reloadOf, reloadTimes } from './create-device.js';
import { loadProfiles } from './profile/load-profiles.js';

const { devices } = loadProfiles('profiles');
const profile = (name: string, values: Record<string, unknown> = {}) => {
  const { parameters, ...rest } = devices.get(name)!;
  const changed = Object.entries(values).map(([key, value]) => [key, { ...parameters[key as never], value }]);
  return { ...rest, parameters: { ...parameters, ...Object.fromEntries(changed) } } as NonNullable<
    ReturnType<typeof devices.get>
  >;
};

describe('reloadOf', () => {
  // seconds(R) = load + R·t + latency ≤ 2·seconds(1), so R ≤ (load + 2t + latency)/t.
  it.each([
    ['phase-mask', 1 / 60, Math.floor((1 / 60 + 2e-7 + 1e-8) / 1e-7)],
    ['freespace-incoherent', 0.01, Math.floor((0.01 + 4e-8 + 1e-8) / 2e-8)],
    // 16 frames of 43.22 µs, 4 signs and rails of 8 planes at 2 µs a row: the frames hide the first ten rows.
    ['dmd-bitplane', 16 * 43.22e-6 - 64e-6, Math.floor((2 * 16 * 43.22e-6 + 1e-8) / 64e-6)],
  ])('tells what %s waits for and how many rows that is worth', (name, seconds, rows) => {
    const reload = reloadOf(profile(name))!;
    expect(reload.seconds / seconds).toBeCloseTo(1, 9);
    expect(reload.rows).toBe(rows);
  });

  it.each(['homodyne-basic', 'homodyne-tfln', 'optical-ideal', 'pcm-standard', 'digital-fp32'])(
    'has nothing for %s, whose weights stream or stay',
    (name) => expect(reloadOf(profile(name))).toBeUndefined(),
  );

  it('has nothing for a mask that stays', () => {
    expect(reloadOf(profile('phase-mask', { weight_residency: 'resident' }))).toBeUndefined();
  });

  it('gives every profile that waits its seconds', () => {
    const times = reloadTimes(devices);
    expect(times.get('phase-mask')).toBeCloseTo(1 / 60, 12);
    for (const [name, seconds] of times) expect([name, seconds > 0]).toEqual([name, true]);
    expect(times.has('digital-fp32')).toBe(false);
  });
});

describe('a cost by shape', () => {
  const [k, n, rows] = [256, 256, 3];
  const weights = Float32Array.from({ length: k * n }, (_, i) => Math.sin(i));
  const x = Float32Array.from({ length: rows * k }, (_, i) => Math.cos(i));
  const spec = { checkpoint: 'c', layer: 0, operation: 'o', k, n, columnStart: 0, columnEnd: n, chipSeed: 1n } as const;
  const all = [...devices.values()].map((each) => createDevice(each));
  const shaped = all.filter((device) => device.cost !== undefined);

  it.each(shaped.map((device) => [device.name, device] as const))('is what %s books', (name, device) => {
    const shard: ShardSpec = { ...spec, profile: name };
    const batch = { rows, x, seeds: new BigUint64Array(rows), positions: new Uint32Array(rows) };
    const { ledger } = device.program(shard, weights).execute(batch);
    expect(device.cost!(k, n, rows)).toEqual(ledger);
  });

  it('is told by every optical and digital device', () => {
    const silent = all
      .filter((device) => device.pool !== 'electronic' && device.cost === undefined)
      .map(({ name }) => name);
    expect(silent).toEqual([]);
    expect(shaped.length).toBeGreaterThan(5);
  });
});
