import { loadProfiles } from '@ohmlight/devices';
import { createLogger } from '@ohmlight/telemetry';
import { Checkpoint, type Matmul } from '@ohmlight/transformer';
import { createMatmulFactory, type MatmulDeps, type MatmulFactory } from '../../services/gateway/src/matmul/index.js';

/** Matmuls in this process: no Redis, no cores. */
export const inProcessFactory = (options: Partial<MatmulDeps> = {}): Promise<MatmulFactory> =>
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

/** A checkpoint on placement digital-fp32, its matmuls in this process. */
export async function digitalReference(
  directory: string,
): Promise<{ checkpoint: Checkpoint; matmul: Matmul; close: () => Promise<void> }> {
  const checkpoint = await Checkpoint.open('nano', directory);
  const profiles = loadProfiles('profiles');
  const factory = await inProcessFactory({ profiles, jobDeadlineMs: 600_000 });
  return {
    checkpoint,
    matmul: factory.forPlacement(checkpoint, profiles.placements.get('digital-fp32')!),
    close: async () => {
      await factory.close();
      await checkpoint.close();
    },
  };
}
