import { asOhmlightError, type CalibrationSource } from '@ohmlight/contracts';
import { GrpcCore } from '@ohmlight/core-client';
import {
  createDevice,
  type Device,
  reloadTimes,
  type DeviceProfile,
  type Placement,
  type Profiles,
} from '@ohmlight/devices';
import { InProcessRunner, ShardedMatmul, type ShardRunner } from '@ohmlight/matmul';
import type { Registry } from '@ohmlight/registry';
import {
  CheckpointWeights,
  type CoreConnector,
  CoreDirectory,
  type ReadableCheckpoint,
  ShardProgrammer,
  ShardRouter,
} from '@ohmlight/shard-router';
import type { Logger } from '@ohmlight/telemetry';
import type { Matmul } from '@ohmlight/transformer';
import { DirectRunner } from './direct-runner.js';
import { QueueRunner } from './queue-runner.js';
import { type Measured, recalibrateCores } from './recalibrate-cores.js';

/** Ways that a phase may take: through the queue, to the cores directly, or within this process. */
export const MATMUL_KINDS = ['queue', 'direct', 'in-process'] as const;
export type MatmulKind = (typeof MATMUL_KINDS)[number];

export interface MatmulDeps {
  readonly redisUrl: string;
  readonly namespace: string;
  readonly gatewayId: string;
  readonly profiles: Pick<Profiles, 'devices'>;
  /** Most columns of a shard. */
  readonly shardColumns: number;
  readonly chipSeed: bigint;
  /** What matrices are calibrated with; nothing is unless told otherwise. */
  readonly calibrations?: CalibrationSource;
  readonly jobDeadlineMs: number;
  readonly logger: Logger;
  /** Where cores are found: by `direct`, and for recalibration. */
  readonly registry: Registry;
  /** How a core is reached there; gRPC unless told otherwise. */
  readonly connect?: CoreConnector;
  /** How `in-process` brings a profile to life; the real devices unless told otherwise. */
  readonly createDevice?: (profile: DeviceProfile) => Device;
}

/** Binds the Matmul port to checkpoints and placements; one per process. */
export interface MatmulFactory {
  /**
   * Measures drift at a device time on every shard of a profile that is held.
   * @throws OhmlightError a core's; `queue_unavailable` where it is not known which cores there are.
   */
  recalibrate(profile: string, deviceTime: number): Promise<Measured>;
  forPlacement(checkpoint: ReadableCheckpoint, placement: Pick<Placement, 'name' | 'rules' | 'calibrated'>): Matmul;
  /** Frees connections; calls under way end with `shutting_down`. */
  close(): Promise<void>;
}

export async function createMatmulFactory(kind: MatmulKind, deps: MatmulDeps): Promise<MatmulFactory> {
  const { calibrations } = deps;
  const weights = new CheckpointWeights([], calibrations);
  const { runner, recalibrate } = await createRunner(kind, deps, weights);
  const { shardColumns, chipSeed, jobDeadlineMs } = deps;
  const options = { profiles: deps.profiles.devices, shardColumns, chipSeed, calibrations, jobDeadlineMs };
  return {
    forPlacement(checkpoint, placement) {
      weights.add(checkpoint);
      return new ShardedMatmul(checkpoint, placement, runner, options);
    },
    recalibrate,
    close: () => runner.close(),
  };
}

interface RunnerOfKind extends Pick<MatmulFactory, 'recalibrate'> {
  readonly runner: ShardRunner;
}

async function createRunner(kind: MatmulKind, deps: MatmulDeps, weights: CheckpointWeights): Promise<RunnerOfKind> {
  if (kind === 'in-process') {
    const create = deps.createDevice ?? createDevice;
    // A profile that is not there is refused when the phase is planned.
    const runner = new InProcessRunner(weights, (profile) => create(deps.profiles.devices.get(profile)!));
    const recalibrate = async (profile: string, deviceTime: number): Promise<Measured> => ({
      cores: 1,
      recalibrations: await runner.recalibrate(profile, deviceTime),
    });
    return { runner, recalibrate };
  }
  const recalibrate = (profile: string, deviceTime: number): Promise<Measured> =>
    recalibrateCores(deps.registry, profile, deviceTime, deps.connect);
  if (kind === 'direct') return { runner: await createDirectRunner(deps, weights), recalibrate };
  const { redisUrl, namespace, gatewayId, logger } = deps;
  const onError = (thrown: unknown): void => logger.warn({ reason: asOhmlightError(thrown).message }, 'redis');
  return { runner: new QueueRunner({ redisUrl, namespace, gatewayId, onError }), recalibrate };
}

async function createDirectRunner(deps: MatmulDeps, weights: CheckpointWeights): Promise<ShardRunner> {
  const { logger } = deps;
  const connect = deps.connect ?? ((address, coreId) => new GrpcCore({ address, coreId }));
  const directory = new CoreDirectory(deps.registry, connect);
  directory.listen({
    joined: (core) => logger.info({ core: core.id, pool: core.pool }, 'core joined'),
    left: (core, reason) => logger.warn({ core: core.id, pool: core.pool, reason: reason.message }, 'core left'),
    unreachable: ({ id, core }, { message }) =>
      logger.warn({ core: id, address: core?.grpcAddress, reason: message }, 'core announced but not reachable'),
    unreadable: (error) => logger.warn({ reason: error.message }, 'the registry cannot be read'),
  });
  await directory.start();
  return new DirectRunner(
    directory,
    new ShardRouter(directory, new ShardProgrammer(weights), reloadTimes(deps.profiles.devices)),
  );
}
