import { loadProfiles } from '@ohmlight/devices';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../testing/start.js';
import { ModelCatalogue } from './model-catalogue.js';
import type { ServedCheckpoint } from './served-checkpoint.js';
import { servedPlacements } from './served-placement.js';

const checkpoint = (name: string, layers = 4) => ({ name, model: { config: { layers } } }) as ServedCheckpoint;
const catalogue = new ModelCatalogue([checkpoint('nano'), checkpoint('big')], servedPlacements(loadProfiles(PROFILES)));

describe('ModelCatalogue', () => {
  it('lists checkpoint × placement', () => {
    const ids = catalogue.list().map(({ id }) => id);
    expect(ids).toHaveLength(2 * catalogue.placements.length);
    expect(ids).toEqual(expect.arrayContaining(['nano@crossbar-basic', 'big@homodyne-basic', 'nano@digital-fp32']));
  });

  it('takes a name alone for the reference placement, and knows the pool of each operation', () => {
    expect(catalogue.resolve('nano').placement.name).toBe('digital-fp32');
    const { placement, devices } = catalogue.resolve('nano@crossbar-basic');
    expect(placement.deviceOf(0, 'qkv')).toEqual({ profile: 'crossbar-basic', pool: 'electronic' });
    expect(devices).toEqual([{ profile: 'crossbar-basic', pool: 'electronic' }]);
  });

  it('neither lists nor resolves a placement with rules for layers that a checkpoint does not have', () => {
    const small = new ModelCatalogue([checkpoint('nano'), checkpoint('small', 2)], catalogue.placements);
    const ids = small.list().map(({ id }) => id);
    expect(ids).toContain('nano@hybrid-layers');
    expect(ids).toContain('small@hybrid');
    expect(ids).not.toContain('small@hybrid-layers');
    expect(small.resolve('nano@hybrid-layers').devices.map(({ profile }) => profile)).toEqual([
      'digital-fp32',
      'homodyne-basic',
      'pcm-standard',
    ]);
    expect(() => small.resolve('small@hybrid-layers')).toThrow(
      expect.objectContaining({
        code: 'model_not_found',
        param: 'model',
        message: expect.stringMatching(/"layers 2-3 ffn".*layers are 0 to 1; name another placement/) as string,
      }),
    );
  });

  it.each(['gpt-4', 'nano@warp', '@crossbar-basic', 'nano@', 'nano@crossbar-basic@x'])(
    'refuses %s, listing what exists',
    (name) => {
      expect(() => catalogue.resolve(name)).toThrow(
        expect.objectContaining({
          code: 'model_not_found',
          param: 'model',
          message: expect.stringMatching(/checkpoints nano, big; placements .*crossbar-basic.*digital-fp32/) as string,
        }),
      );
    },
  );
});
