import type { ServiceRecord } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import type { Registry } from '@ohmlight/registry';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../testing/start.js';
import { type GatewayConfig, readConfig } from '../config.js';
import type { Engine } from '../engine/engine.js';
import { ModelCatalogue } from '../engine/model-catalogue.js';
import type { ServedCheckpoint } from '../engine/served-checkpoint.js';
import { servedPlacements } from '../engine/served-placement.js';
import { HealthService } from './health-service.js';

const checkpoint = { name: 'nano', model: { config: { layers: 4 } } } as ServedCheckpoint;
const catalogue = new ModelCatalogue([checkpoint], servedPlacements(loadProfiles(PROFILES)));
const engine = { running: 1, waiting: 2 } as Engine;
const registry = (list: () => Promise<ServiceRecord[]>): Registry => ({
  publish: async () => {},
  remove: async () => {},
  list,
});
const check = (kind: GatewayConfig['OHMLIGHT_MATMUL'], from: Registry | null) =>
  new HealthService(readConfig({ OHMLIGHT_MATMUL: kind }), catalogue, engine, from).check();

describe('health', () => {
  it('is ok where matmuls run in this process', async () => {
    expect(await check('in-process', null)).toMatchObject({ status: 'ok', redis: 'unused', running: 1, waiting: 2 });
  });

  it('is unavailable where Redis does not answer, whether it refuses or hangs', async () => {
    const refusing = registry(() => Promise.reject(new Error('refused')));
    const hanging = registry(() => new Promise(() => {}));
    for (const from of [refusing, hanging])
      expect(await check('queue', from)).toMatchObject({ status: 'unavailable', redis: 'unavailable' });
  });

  it('is unavailable where no placement has what it needs, and says what is missing', async () => {
    const health = await check(
      'queue',
      registry(async () => []),
    );
    expect(health).toMatchObject({ status: 'unavailable', redis: 'ok' });
    expect(health.placements.find(({ name }) => name === 'digital-fp32')).toEqual({
      name: 'digital-fp32',
      ready: false,
      missing: ['a dispatcher', 'a core of the digital pool with profile digital-fp32'],
    });
  });
});
