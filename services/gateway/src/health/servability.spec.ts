import type { Pool, ServiceRecord } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../testing/start.js';
import { servedPlacements } from '../engine/served-placement.js';
import { missingFor } from './servability.js';

const placements = new Map(servedPlacements(loadProfiles(PROFILES)).map((placement) => [placement.name, placement]));
const hybrid = placements.get('hybrid')!;

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
    const { operations } = placements.get('fused-pcm')!;
    const { qkv, o, lm_head } = operations;
    const ffn = operations.ffn!;
    const elsewhere = { profile: 'never-there', pool: 'optical' as const };
    const fused = {
      ...placements.get('fused-pcm')!,
      operations: { qkv, o, lm_head, ffn, gate_up: elsewhere, down: elsewhere },
    };
    const pcm = core('analog-crossbar', 'electronic', 'pcm-standard');
    expect(missingFor(fused, 'direct', [pcm])).toEqual([]);
    expect(missingFor({ ...fused, operations: { ...fused.operations, ffn: elsewhere } }, 'direct', [pcm])).toEqual([
      'a core of the optical pool with profile never-there',
    ]);
  });

  it('counts only processes that are ready', () => {
    const stopping = { ...crossbar, state: 'stopping' as const };
    expect(missingFor(hybrid, 'direct', [stopping, digital])).toHaveLength(1);
    expect(missingFor(hybrid, 'queue', [record('dispatcher', 'starting'), crossbar, digital])).toEqual([
      'a dispatcher',
    ]);
  });
});
