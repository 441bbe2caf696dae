import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { VERSION } from '@ohmlight/contracts';
import { ageingOf, digitalUnitLedger, loadProfiles, type Profiles, Standby } from '@ohmlight/devices';
import { type Calibrations, calibrationsDirectory, loadCalibrations } from '@ohmlight/calibration';
import { connectRedis, RedisRegistry, redisReady, type Registry } from '@ohmlight/registry';
import { heldMatrices } from '@ohmlight/shard-router';
import { createLogger, type Logger, Metrics } from '@ohmlight/telemetry';
import { InlineDigitalUnit, type OpenDigitalUnit, WorkerDigitalUnit } from '@ohmlight/transformer';
import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { ClockController } from './clock/clock.controller.js';
import { ClockService } from './clock/clock-service.js';
import { MemoryClockStore } from './clock/memory-clock-store.js';
import { RecalibrationBook } from './clock/recalibration-book.js';
import { RedisClockStore } from './clock/redis-clock-store.js';
import type { GatewayConfig } from './config.js';
import { Engine } from './engine/engine.js';
import { ModelCatalogue } from './engine/model-catalogue.js';
import { serveCheckpoint } from './engine/served-checkpoint.js';
import { reloadRows } from './engine/reload-rows.js';
import { servedPlacements } from './engine/served-placement.js';
import { createMatmulFactory, type MatmulFactory } from './matmul/index.js';
import { HealthController } from './health/health.controller.js';
import { HealthService } from './health/health-service.js';
import { CompletionService } from './openai/completion-service.js';
import { CompletionsController } from './openai/completions.controller.js';
import { ErrorFilter } from './openai/error-filter.js';
import { ModelsController } from './openai/models.controller.js';
import { RouteTable } from './openai/route-table.js';
import { TokenizerController } from './openai/tokenizer.controller.js';
import { validationPipe } from './openai/validation.js';
import {
  AGEINGS,
  CALIBRATIONS,
  CATALOGUE,
  CLOCK_STORE,
  CONFIG,
  ENGINE,
  LOGGER,
  MATMUL_FACTORY,
  METRICS,
  PROCESS_ID,
  PROFILES,
  REDIS,
  REGISTRY,
} from './tokens.js';

/** Milliseconds that Redis has to answer at start-up. */
const REDIS_START_MS = 5_000;

/** Matmuls in this process ask for no cores. */
const NO_REGISTRY: Registry = { publish: async () => {}, remove: async () => {}, list: async () => [] };

/** The ways of OHMLIGHT_DIGITAL_UNIT. */
const DIGITAL_UNITS: Record<GatewayConfig['OHMLIGHT_DIGITAL_UNIT'], OpenDigitalUnit> = {
  worker: (weights) => new WorkerDigitalUnit(weights),
  inline: (weights) => new InlineDigitalUnit(weights),
};

/** The gateway's wiring: each part made once, from the configuration down. */
@Module({})
export class AppModule {
  /** @param matmuls stands in for the configured way to the cores, in tests */
  static register(config: GatewayConfig, matmuls?: MatmulFactory): DynamicModule {
    return {
      module: AppModule,
      controllers: [CompletionsController, ModelsController, TokenizerController, ClockController, HealthController],
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: PROCESS_ID, useFactory: () => `gateway-${process.pid}-${randomBytes(3).toString('hex')}` },
        {
          provide: LOGGER,
          inject: [PROCESS_ID],
          useFactory: (id: string) => createLogger('gateway', id, config.OHMLIGHT_LOG_LEVEL),
        },
        { provide: METRICS, useFactory: () => new Metrics('gateway', VERSION) },
        { provide: PROFILES, useFactory: () => loadProfiles(config.OHMLIGHT_PROFILES) },
        {
          provide: AGEINGS,
          inject: [PROFILES],
          useFactory: ({ devices }: Profiles) =>
            new Map(
              [...devices].flatMap(([name, profile]) => {
                const ageing = ageingOf(profile);
                return ageing ? [[name, ageing] as const] : [];
              }),
            ),
        },
        {
          provide: CLOCK_STORE,
          inject: [REDIS],
          useFactory: (redis: Redis | null) =>
            redis ? new RedisClockStore(redis, config.OHMLIGHT_NAMESPACE) : new MemoryClockStore(),
        },
        {
          provide: CATALOGUE,
          inject: [PROFILES],
          useFactory: async (profiles: Profiles) =>
            new ModelCatalogue(
              await Promise.all(
                Object.entries(config.OHMLIGHT_CHECKPOINTS).map(([name, directory]) =>
                  serveCheckpoint(name, directory, DIGITAL_UNITS[config.OHMLIGHT_DIGITAL_UNIT]),
                ),
              ),
              servedPlacements(profiles),
            ),
        },
        {
          provide: CALIBRATIONS,
          inject: [CATALOGUE, PROFILES, LOGGER],
          useFactory: async ({ checkpoints }: ModelCatalogue, { devices }: Profiles, log: Logger) => {
            const directory = calibrationsDirectory(config);
            const open = checkpoints.map(({ checkpoint }) => checkpoint);
            const found = await loadCalibrations(directory, open, devices, (stale) =>
              log.warn(stale, 'calibration not used'),
            );
            log.info(
              { calibrated: found.pairs.map(({ checkpoint, profile }) => `${checkpoint}@${profile}`) },
              'calibrations',
            );
            return found;
          },
        },
        {
          provide: REDIS,
          inject: [LOGGER, PROCESS_ID],
          useFactory: async (log: Logger, name: string): Promise<Redis | null> => {
            if (config.OHMLIGHT_MATMUL === 'in-process') return null;
            // At start-up the thrown error says it; the log hears of later outages.
            let up = false;
            const onError = (err: Error): void => {
              if (up) log.error({ err }, 'Redis is away');
            };
            const redis = connectRedis(config.REDIS_URL, { patient: false, name, onError });
            await redisReady(redis, REDIS_START_MS).catch((thrown: unknown) => {
              redis.disconnect();
              throw thrown;
            });
            up = true;
            return redis;
          },
        },
        {
          provide: REGISTRY,
          inject: [REDIS],
          useFactory: (redis: Redis | null) => redis && new RedisRegistry(redis, config.OHMLIGHT_NAMESPACE),
        },
        {
          provide: MATMUL_FACTORY,
          inject: [PROFILES, CALIBRATIONS, REGISTRY, LOGGER, PROCESS_ID],
          useFactory: (
            profiles: Profiles,
            calibrations: Calibrations,
            registry: Registry | null,
            logger: Logger,
            gatewayId: string,
          ) =>
            matmuls ??
            createMatmulFactory(config.OHMLIGHT_MATMUL, {
              redisUrl: config.REDIS_URL,
              namespace: config.OHMLIGHT_NAMESPACE,
              gatewayId,
              profiles,
              shardColumns: config.OHMLIGHT_SHARD_COLUMNS,
              chipSeed: config.OHMLIGHT_CHIP_SEED,
              calibrations,
              jobDeadlineMs: config.OHMLIGHT_JOB_DEADLINE_MS,
              logger,
              registry: registry ?? NO_REGISTRY,
            }),
        },
        {
          provide: ENGINE,
          inject: [CATALOGUE, PROFILES, MATMUL_FACTORY, METRICS, LOGGER],
          useFactory: (
            catalogue: ModelCatalogue,
            profiles: Profiles,
            matmuls: MatmulFactory,
            metrics: Metrics,
            log: Logger,
          ) =>
            new Engine({
              catalogue,
              matmulFor: ({ checkpoint }, placement) => matmuls.forPlacement(checkpoint, placement),
              digitalUnit: (work) => digitalUnitLedger(profiles.digitalUnit, work),
              standbyOf: ({ checkpoint }, placement) =>
                new Standby(heldMatrices(checkpoint, placement), profiles.devices),
              limits: {
                maxRunning: config.OHMLIGHT_MAX_RUNNING,
                maxWaiting: config.OHMLIGHT_MAX_WAITING,
                prefillChunk: config.OHMLIGHT_PREFILL_CHUNK,
              },
              reloadRowsOf: ({ checkpoint }, placement) =>
                reloadRows(placement, checkpoint.config.layers, profiles.devices),
              shadowShare: config.OHMLIGHT_SHADOW_SHARE,
              shadowRequestShare: config.OHMLIGHT_SHADOW_REQUEST_SHARE,
              metrics,
              log,
            }),
        },
        RecalibrationBook,
        ClockService,
        CompletionService,
        HealthService,
        RouteTable,
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useValue: validationPipe },
      ],
    };
  }
}
