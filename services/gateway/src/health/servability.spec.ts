import type { Pool, ServiceRecord } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../testing/start.js';
import { servedPlacements } from '../engine/served-placement.js';
import { missingFor } from './servability.js';

const profiles = loadProfiles(PROFILES);
const placements = new Map(servedPlacements(profiles).map((placement) => [placement.name, placement]));
const hybrid = placements.get('hybrid')!.devices(2);

const record = (service: ServiceRecord['service'], state: ServiceRecord['state'] = 'ready'): ServiceRecord => ({
  service,
  id: service,
  pid: 1,
  version: 'test',
  startedAt: 0,
  httpAddress: '127.0.0.1:1',
  state,
});
const core = (service: ServiceRecord['service'], pool: Pool, profile: string): ServiceRecord => ({
  ...record(service),
  core: { grpcAddress: '', pool, profiles: [profile], shards: 0, residentBytes: 0, capacityBytes: 1, enginePath: 'x' },
});
const crossbar = core('analog-crossbar', 'electronic', 'crossbar-basic');
const digital = core('digital-pool', 'digital', 'digital-fp32');

describe('what a placement waits for', () => {
  it('is nothing where a dispatcher and a core of every profile are ready', () => {
    expect(missingFor(hybrid, 'queue', [record('dispatcher'), crossbar, digital])).toEqual([]);
    expect(missingFor(hybrid, 'in-process', [])).toEqual([]);
  });

  it('names each missing profile once, and the dispatcher where jobs are queued', () => {
    expect(missingFor(hybrid, 'queue', [crossbar])).toEqual([
      'a dispatcher',
      'a core of the digital pool with profile digital-fp32',
    ]);
    expect(missingFor(hybrid, 'direct', [digital])).toEqual([
      'a core of the electronic pool with profile crossbar-basic',
    ]);
  });

  it('asks of a fused feed-forward part the device of ffn, and not those of gate_up and down', () => {
    const rules = [
      { profile: 'crossbar-basic' },
      { operation: 'gate_up' as const, profile: 'homodyne-basic' },
      { layers: { first: 1, last: 1 }, operation: 'ffn' as const, profile: 'pcm-standard' },
    ];
    const [fused] = servedPlacements({
      ...profiles,
      placements: new Map([['x', { name: 'x', description: 'x', rules }]]),
    });
    expect(missingFor(fused!.devices(2), 'direct', [crossbar])).toEqual([
      'a core of the optical pool with profile homodyne-basic',
      'a core of the electronic pool with profile pcm-standard',
    ]);
    const whole = placements.get('fused-pcm')!.devices(2);
    expect(missingFor(whole, 'direct', [core('analog-crossbar', 'electronic', 'pcm-standard')])).toEqual([]);
  });

  it('counts only processes that are ready', () => {
    const stopping = { ...crossbar, state: 'stopping' as const };
    expect(missingFor(hybrid, 'direct', [stopping, digital])).toHaveLength(1);
    expect(missingFor(hybrid, 'queue', [record('dispatcher', 'starting'), crossbar, digital])).toEqual([
      'a dispatcher',
    ]);
  });
});
