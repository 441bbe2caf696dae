import { join } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../../testing/start.js';
import { serveCheckpoint, type ServedCheckpoint } from '../engine/served-checkpoint.js';
import { servedPlacements } from '../engine/served-placement.js';
import { modelOperations } from './model-operations.js';

describe('where the operations of a model run', () => {
  const placements = servedPlacements(loadProfiles(PROFILES));
  let checkpoint: ServedCheckpoint;
  beforeAll(async () => {
    checkpoint = await serveCheckpoint('nano', join(import.meta.dirname, '../../../../models/nano'));
  });
  afterAll(async () => {
    await checkpoint.model.close();
    await checkpoint.checkpoint.close();
  });
  const operations = (name: string, calibrated: (layer: number) => boolean = () => false) =>
    modelOperations(
      { checkpoint, placement: placements.find((placement) => placement.name === name)! },
      { find: ({ layer }) => (calibrated(layer) ? { digest: 'd' } : undefined) },
    );
  const fp32 = { profile: 'digital-fp32', pool: 'digital', calibrated: false };
  const pcm = { profile: 'pcm-standard', pool: 'electronic', calibrated: false };
  const optical = { profile: 'homodyne-basic', pool: 'optical', calibrated: false };

  it('is a device where it is one for all layers; operations without a phase are left out', () => {
    expect(operations('pcm-standard')).toEqual({ qkv: pcm, o: pcm, gate_up: pcm, down: pcm, lm_head: pcm });
    expect(operations('fused-pcm')).toEqual({ qkv: pcm, o: pcm, ffn: pcm, lm_head: pcm });
    expect(operations('pcm-standard', (layer) => layer === 3).o).toEqual({ ...pcm, calibrated: true });
  });

  it('is told layer by layer where layers differ', () => {
    const attention = {
      layers: [
        { first: 0, last: 0, ...fp32 },
        { first: 1, last: 3, ...optical },
      ],
    };
    const apart = {
      layers: [
        { first: 0, last: 0, ...fp32 },
        { first: 1, last: 1, ...pcm },
      ],
    };
    expect(operations('hybrid-layers')).toEqual({
      qkv: attention,
      o: attention,
      gate_up: apart,
      down: apart,
      lm_head: fp32,
      ffn: { layers: [{ first: 2, last: 3, ...pcm }] },
    });
  });
});
