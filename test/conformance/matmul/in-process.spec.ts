import { createDevice, loadProfiles } from '@ohmlight/devices';
import { createLogger } from '@ohmlight/telemetry';
import { createMatmulFactory, type MatmulDeps } from '../../../services/gateway/src/matmul/index.js';
import { matmulContract } from './matmul.contract.js';

const factory = (options: Partial<MatmulDeps>) =>
  createMatmulFactory('in-process', {
    redisUrl: '',
    namespace: 'spec',
    gatewayId: 'gateway',
    profiles: loadProfiles('profiles'),
    shardColumns: 1024,
    chipSeed: 7n,
    jobDeadlineMs: 20_000,
    logger: createLogger('spec', 'spec', 'silent'),
    registry: { publish: async () => {}, remove: async () => {}, list: async () => [] },
    ...options,
  });

matmulContract('in-process', {
  start: async () => {},
  factory,
  nonsense: () =>
    factory({
      createDevice: (profile) => {
        const device = createDevice(profile);
        return {
          name: device.name,
          pool: device.pool,
          program(spec, weights) {
            const { residentBytes, programLedger, ...shard } = device.program(spec, weights);
            const sane = device.program(spec, weights);
            return {
              ...shard,
              spec,
              residentBytes,
              programLedger,
              execute: (batch) => {
                const execution = sane.execute(batch);
                return { ...execution, y: execution.y.map(() => NaN) };
              },
            };
          },
        };
      },
    }),
  stop: async () => {},
});
