import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Calibrations, calibrationsDirectory, loadCalibrations } from '@ohmlight/calibration';
import { VERSION } from '@ohmlight/contracts';
import { GrpcCore } from '@ohmlight/core-client';
import { loadProfiles, type Profiles, reloadTimes } from '@ohmlight/devices';
import { connectRedis, RedisRegistry, type Registry } from '@ohmlight/registry';
import { CheckpointWeights, CoreDirectory, ShardProgrammer, ShardRouter } from '@ohmlight/shard-router';
import { createLogger, type Logger, Metrics } from '@ohmlight/telemetry';
import { Checkpoint } from '@ohmlight/transformer';
import type { Redis } from 'ioredis';
import type { DispatcherConfig } from './config/environment.js';
import { Dispatcher } from './dispatcher.js';
import { RedisActivationStore } from './queue/activation-store.js';
import { BullmqJobSource } from './queue/bullmq-job-source.js';
import { MatmulJobHandler } from './queue/job-handler.js';
import type { JobHandler, JobSource } from './queue/job-source.js';
import { RedisReplySink } from './replies/redis-reply-sink.js';
import * as token from './tokens.js';

/** Ties the dispatcher to the life of the Nest application. */
@Injectable()
class DispatcherLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  onApplicationBootstrap(): Promise<void> {
    return this.dispatcher.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.dispatcher.stop();
  }
}

const openCheckpoints = (directories: Record<string, string>): Promise<Checkpoint[]> =>
  Promise.all(Object.entries(directories).map(([name, directory]) => Checkpoint.open(name, directory)));

const connect =
  (patient: boolean) =>
  (config: DispatcherConfig, id: string, logger: Logger): Redis =>
    connectRedis(config.REDIS_URL, {
      patient,
      name: id,
      onError: (error) => logger.warn({ reason: error.message }, 'Redis'),
    });

/** The wiring of the dispatcher: each part made once, from the configuration down. */
@Module({})
export class AppModule {
  static register(config: DispatcherConfig): DynamicModule {
    return {
      module: AppModule,
      providers: [
        { provide: token.CONFIG, useValue: config },
        { provide: token.IDENTITY, useFactory: () => `dispatcher-${process.pid}-${randomBytes(3).toString('hex')}` },
        {
          provide: token.LOGGER,
          inject: [token.IDENTITY],
          useFactory: (id: string) => createLogger('dispatcher', id, config.OHMLIGHT_LOG_LEVEL),
        },
        { provide: Metrics, useFactory: () => new Metrics('dispatcher', VERSION) },
        { provide: token.PROFILES, useFactory: () => loadProfiles(config.OHMLIGHT_PROFILES) },
        { provide: token.CHECKPOINTS, useFactory: () => openCheckpoints(config.OHMLIGHT_CHECKPOINTS) },
        {
          provide: token.CALIBRATIONS,
          inject: [token.CHECKPOINTS, token.PROFILES, token.LOGGER],
          useFactory: (checkpoints: Checkpoint[], { devices }: Profiles, logger: Logger) =>
            loadCalibrations(calibrationsDirectory(config), checkpoints, devices, (stale) =>
              logger.warn(stale, 'calibration not used'),
            ),
        },
        {
          provide: CheckpointWeights,
          inject: [token.CHECKPOINTS, token.CALIBRATIONS],
          useFactory: (checkpoints: Checkpoint[], calibrations: Calibrations) =>
            new CheckpointWeights(checkpoints, calibrations),
        },
        {
          provide: token.REDIS,
          inject: [token.CONFIG, token.IDENTITY, token.LOGGER, token.CHECKPOINTS],
          useFactory: connect(true),
        },
        {
          provide: token.REGISTRY_REDIS,
          inject: [token.CONFIG, token.IDENTITY, token.LOGGER, token.CHECKPOINTS],
          useFactory: connect(false),
        },
        {
          provide: token.REGISTRY,
          inject: [token.REGISTRY_REDIS],
          useFactory: (redis: Redis) => new RedisRegistry(redis, config.OHMLIGHT_NAMESPACE),
        },
        {
          provide: CoreDirectory,
          inject: [token.REGISTRY],
          useFactory: (registry: Registry) =>
            new CoreDirectory(registry, (address, coreId) => new GrpcCore({ address, coreId })),
        },
        {
          provide: ShardProgrammer,
          inject: [CheckpointWeights, Metrics, token.LOGGER],
          useFactory: (weights: CheckpointWeights, metrics: Metrics, logger: Logger) =>
            new ShardProgrammer(weights, ({ id, pool }, { profile, layer, operation }) => {
              metrics.add('ohmlight_core_shards_programmed_total', { pool, profile });
              logger.debug({ core: id, layer, operation, profile }, 'shard programmed');
            }),
        },
        {
          provide: token.JOB_HANDLER,
          inject: [CoreDirectory, ShardProgrammer, token.REDIS, token.PROFILES, Metrics, token.LOGGER],
          useFactory: (
            directory: CoreDirectory,
            programmer: ShardProgrammer,
            redis: Redis,
            profiles: Profiles,
            metrics: Metrics,
            logger: Logger,
          ) =>
            new MatmulJobHandler({
              router: new ShardRouter(directory, programmer, reloadTimes(profiles.devices)),
              replies: new RedisReplySink(redis, config.OHMLIGHT_NAMESPACE, logger),
              activations: new RedisActivationStore(redis, config.OHMLIGHT_NAMESPACE),
              profiles: profiles.devices,
              metrics,
              logger,
            }),
        },
        {
          provide: token.JOB_SOURCE,
          inject: [token.REDIS, token.LOGGER],
          useFactory: (connection: Redis, logger: Logger) =>
            new BullmqJobSource({
              connection,
              namespace: config.OHMLIGHT_NAMESPACE,
              concurrency: config.OHMLIGHT_CONCURRENCY,
              logger,
            }),
        },
        {
          provide: Dispatcher,
          inject: [
            token.IDENTITY,
            token.LOGGER,
            Metrics,
            token.REDIS,
            token.REGISTRY_REDIS,
            token.REGISTRY,
            token.PROFILES,
            token.CHECKPOINTS,
            CheckpointWeights,
            CoreDirectory,
            ShardProgrammer,
            token.JOB_SOURCE,
            token.JOB_HANDLER,
          ],
          useFactory: (
            id: string,
            logger: Logger,
            metrics: Metrics,
            redis: Redis,
            registryRedis: Redis,
            registry: Registry,
            profiles: Profiles,
            checkpoints: Checkpoint[],
            weights: CheckpointWeights,
            directory: CoreDirectory,
            programmer: ShardProgrammer,
            source: JobSource,
            handler: JobHandler,
          ) => {
            return new Dispatcher({
              id,
              config,
              logger,
              metrics,
              redis,
              registryRedis,
              registry,
              profiles,
              checkpoints,
              weights,
              directory,
              programmer,
              source,
              handler,
            });
          },
        },
        DispatcherLifecycle,
      ],
    };
  }
}
