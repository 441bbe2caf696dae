import type { HeldMatrix } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { createDevice, standbyWatts } from './create-device.js';
import { loadProfiles } from './profile/load-profiles.js';
import type { DeviceProfile } from './profile/profile.js';
import { Standby } from './standby.js';

const { devices } = loadProfiles('profiles');
const profile = (name: string): DeviceProfile => devices.get(name)!;
const value = (name: string, parameter: string): number =>
  (profile(name).parameters as unknown as Record<string, { value: number }>)[parameter]!.value;

const matrix = (layer: number, operation: 'qkv' | 'down', name: string, k = 512, n = 384): HeldMatrix => ({
  layer,
  operation,
  k,
  n,
  profile: name,
});

const resident = (name: string): DeviceProfile => {
  const { parameters, ...rest } = profile(name);
  const kept = { ...parameters, weight_residency: { value: 'resident', unit: '1', source: 'a test' } };
  return { ...rest, parameters: kept } as unknown as DeviceProfile;
};

describe('a device that waits', () => {
  it('is one accelerator at its idle power, whatever it holds', () => {
    const watts = value('digital-fp32', 'idle_power');
    expect(watts).toBeGreaterThan(0);
    expect(standbyWatts(profile('digital-fp32'), [{ k: 1, n: 1 }])).toBe(watts);
    expect(
      standbyWatts(
        profile('digital-fp32'),
        Array.from({ length: 9 }, () => ({ k: 256, n: 256 })),
      ),
    ).toBe(watts);
    expect(standbyWatts(profile('digital-fp32'), [])).toBe(0);
  });

  it('is every tile of a crossbar', () => {
    const tile = value('rram-isaac-32nm', 'tile_power');
    expect(tile).toBeGreaterThan(0);
    const { tiles } = createDevice(profile('rram-isaac-32nm')).footprint!(512, 384);
    expect(standbyWatts(profile('rram-isaac-32nm'), [{ k: 512, n: 384 }])).toBeCloseTo(tiles * tile, 15);
  });

  it('is the leakage of every Gilbert cell, and the refreshing of charge', () => {
    const of = (parameter: string): number => value('gilbert-opamp-cmos', parameter);
    const [first, second] = [
      { k: 512, n: 384 },
      { k: 100, n: 7 },
    ];
    const cells = 512 * 384 + 700;
    const leaking = of('leakage_share') * cells * of('tail_current') * of('supply_voltage');
    expect(leaking).toBeGreaterThan(0);
    expect(standbyWatts(profile('gilbert-opamp-cmos'), [first, second]) / leaking).toBeCloseTo(1, 12);
    const { parameters, ...rest } = profile('gilbert-opamp-cmos');
    const kept = { ...parameters, refresh_interval: { value: 0.01, unit: 's', source: 'a test' } };
    const refreshed = standbyWatts({ ...rest, parameters: kept } as unknown as DeviceProfile, [first, second]);
    expect((refreshed - leaking) / ((cells * of('write_energy')) / 0.01)).toBeCloseTo(1, 9);
    // What an execution books as idle is the same power, for its own time.
    const { joules, seconds } = createDevice(profile('gilbert-opamp-cmos')).shapeCost!(512, 384, 9).execution;
    expect(joules.idle! / (standbyWatts(profile('gilbert-opamp-cmos'), [first]) * seconds)).toBeCloseTo(1, 12);
  });

  it('is the heaters of every mesh that stays', () => {
    const kept = resident('mzi-clements');
    const one = standbyWatts(kept, [{ k: 16, n: 16 }]);
    // N(N − 1) interferometers and N attenuators of 16 modes hold some 500 phases at a mean of milliwatts each.
    expect(one).toBeGreaterThan(1);
    expect(standbyWatts(kept, [{ k: 256, n: 64 }]) / one).toBeCloseTo(64, 9);
    // An execution's own ledger has the same power, for the time that light is on.
    const { array } = createDevice(kept).shapeCost!(16, 16, 1000).execution.joules;
    expect(array! / (one * 1000)).toBeCloseTo(1 / value('mzi-clements', 'symbol_rate'), 12);
  });

  it('is nothing where light and weights come anew with each execution', () => {
    for (const name of ['homodyne-basic', 'homodyne-tfln', 'phase-mask', 'dmd-bitplane', 'freespace-incoherent'])
      expect([name, standbyWatts(profile(name), [{ k: 512, n: 384 }])]).toEqual([name, 0]);
  });
});

describe('standby in a step', () => {
  const [gpu, isaac] = ['digital-fp32', 'rram-isaac-32nm'] as const;
  const idle = value(gpu, 'idle_power');
  const tiles = standbyWatts(profile(isaac), [{ k: 512, n: 384 }]);

  it('of an accelerator is its idle power in what the phases leave of the step', () => {
    const standby = new Standby([matrix(0, 'qkv', gpu), matrix(0, 'down', gpu), matrix(1, 'qkv', isaac)], devices);
    const phases = [
      { layer: 0, operation: 'qkv', seconds: 2e-5 },
      { layer: 0, operation: 'down', seconds: 3e-5 },
      { layer: 1, operation: 'qkv', seconds: 1e-5 },
    ] as const;
    const joules = standby.joules(phases, 8e-5);
    expect(joules.get(gpu)! / (idle * 3e-5)).toBeCloseTo(1, 12);
    expect(joules.get(isaac)! / (tiles * 7e-5)).toBeCloseTo(1, 12);
    const { joules: ledger, seconds, macs } = standby.ledger(phases, 8e-5);
    expect(ledger.idle! / (idle * 3e-5 + tiles * 7e-5)).toBeCloseTo(1, 12);
    expect([seconds, macs]).toEqual([0, 0]);
  });

  it('of arrays goes on in the matrices that are not read', () => {
    const standby = new Standby([matrix(0, 'qkv', isaac), matrix(1, 'qkv', isaac)], devices);
    // The first is read for 1 s of 4, the other not at all.
    const joules = standby.joules([{ layer: 0, operation: 'qkv', seconds: 1 }], 4);
    expect(joules.get(isaac)! / (7 * tiles)).toBeCloseTo(1, 12);
  });

  it('counts both arrays of a fused chain', () => {
    const fused = { layer: 0, operation: 'ffn', k: 512, n: 512, inner: 1024, profile: isaac } as const;
    const apart = standbyWatts(profile(isaac), [
      { k: 512, n: 2048 },
      { k: 1024, n: 512 },
    ]);
    expect(new Standby([fused], devices).joules([], 2).get(isaac)! / (2 * apart)).toBeCloseTo(1, 12);
  });

  it('counts all experts of a layer, which are read in one phase', () => {
    const standby = new Standby([{ ...matrix(0, 'down', isaac), experts: 8 }, matrix(0, 'qkv', isaac)], devices);
    const phases = [
      { layer: 0, operation: 'down', seconds: 1 },
      { layer: 0, operation: 'qkv', seconds: 2 },
    ] as const;
    expect(standby.joules(phases, 4).get(isaac)! / ((8 * 3 + 2) * tiles)).toBeCloseTo(1, 12);
  });

  it('is nothing at all where no device takes anything', () => {
    const standby = new Standby([matrix(0, 'qkv', 'pcm-standard')], devices);
    expect(standby.joules([{ layer: 0, operation: 'qkv', seconds: 1 }], 4).size).toBe(0);
    expect(standby.ledger([], 4).joules).toEqual({});
  });

  it('never falls below nothing by rounding', () => {
    const standby = new Standby([matrix(0, 'qkv', gpu)], devices);
    const seconds = [0.1, 0.2, 0.3];
    const phases = seconds.map((s) => ({ layer: 0, operation: 'qkv' as const, seconds: s }));
    expect(standby.joules(phases, 0.3 + 0.3).get(gpu)).toBeGreaterThanOrEqual(0);
  });
});
