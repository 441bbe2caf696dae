import { asOhmlightError, OhmlightError, POOLS, type ServiceRecord, VERSION } from '@ohmlight/contracts';
import { type Profiles, reloadTimes } from '@ohmlight/devices';
import { Heartbeat, redisReady, type Registry } from '@ohmlight/registry';
import { type CheckpointWeights, type CoreDirectory, type ShardProgrammer, ShardWarmer } from '@ohmlight/shard-router';
import { advertisedHost, type Logger, type Metrics, serveTelemetry, type TelemetryServer } from '@ohmlight/telemetry';
import type { Checkpoint } from '@ohmlight/transformer';
import type { Redis } from 'ioredis';
import type { DispatcherConfig } from './config/environment.js';
import { Health } from './health/health.js';
import type { JobHandler, JobSource } from './queue/job-source.js';
import { warmShards } from './warm/warm-shards.js';

/** Milliseconds that Redis has to answer at start-up. */
const REDIS_START_MS = 5_000;
/** Milliseconds that jobs under way have to finish when the process stops. */
const DRAIN_MS = 4_000;

export interface DispatcherParts {
  readonly id: string;
  readonly config: DispatcherConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly redis: Redis;
  readonly registryRedis: Redis;
  readonly registry: Registry;
  readonly profiles: Profiles;
  readonly checkpoints: readonly Checkpoint[];
  readonly weights: CheckpointWeights;
  readonly directory: CoreDirectory;
  readonly programmer: ShardProgrammer;
  readonly source: JobSource;
  readonly handler: JobHandler;
}

/** Starts the parts of the dispatcher in order, and stops them in the reverse one. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #startedAt = Date.now();
  readonly #heartbeat: Heartbeat;
  #warmer: ShardWarmer | undefined;
  #http: TelemetryServer | undefined;
  #state: ServiceRecord['state'] = 'starting';
  #programming: ServiceRecord['programming'];

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#heartbeat = new Heartbeat(
      parts.registry,
      () => this.#record(),
      (thrown) => parts.logger.debug({ reason: asOhmlightError(thrown).message }, 'heartbeat missed'),
    );
  }

  /** @throws OhmlightError whose message is one line with cause and remedy; what had started is stopped again. */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (thrown) {
      await this.stop();
      throw asOhmlightError(thrown);
    }
  }

  async #start(): Promise<void> {
    const { config, logger, metrics, redis, registryRedis, profiles, weights, directory, source } = this.#parts;
    const { OHMLIGHT_SHARD_COLUMNS: shardColumns, OHMLIGHT_CHIP_SEED: chipSeed } = config;
    const shards = warmShards(config.OHMLIGHT_WARM, weights, profiles, {
      shardColumns,
      chipSeed,
      calibrations: weights.calibrations,
    });
    await Promise.all([redisReady(redis, REDIS_START_MS), redisReady(registryRedis, REDIS_START_MS)]);
    const health = new Health(redis, directory, new Set(shards.map(({ pool }) => pool)));
    this.#http = await serveTelemetry({
      host: config.OHMLIGHT_HOST,
      port: config.OHMLIGHT_METRICS_PORT,
      metrics,
      health: () => (this.#state === 'ready' ? health.reason() : this.#state),
    }).catch((error: NodeJS.ErrnoException) => {
      throw cannotServe(config, error);
    });
    this.#watchCores();
    await directory.start();
    this.#warm(shards);
    await source.start(POOLS, this.#parts.handler);
    this.#state = 'ready';
    await this.#heartbeat.start();
    logger.info(
      {
        httpPort: this.#http.port,
        warm: shards.length,
        concurrency: config.OHMLIGHT_CONCURRENCY,
        reloadSeconds: Object.fromEntries(reloadTimes(profiles.devices)),
      },
      'ready',
    );
  }

  /** Takes no more jobs, finishes those under way, deregisters and closes, within 5 s. */
  async stop(): Promise<void> {
    if (this.#state === 'stopping') return;
    this.#state = 'stopping';
    const { source, directory, redis, registryRedis, logger } = this.#parts;
    this.#warmer?.stop();
    // The record goes first, so that nobody counts on this process; jobs still under way are finished.
    if (registryRedis.status === 'ready')
      await this.#heartbeat
        .stop()
        .catch((thrown: unknown) => logger.debug({ reason: String(thrown) }, 'not deregistered'));
    await source.stop(DRAIN_MS);
    directory.stop();
    await this.#http?.close();
    // Disconnecting flushes the replies that are written.
    redis.disconnect();
    registryRedis.disconnect();
    await Promise.all(this.#parts.checkpoints.map((checkpoint) => checkpoint.close()));
  }

  #watchCores(): void {
    const { directory, metrics, logger } = this.#parts;
    const count = (): void => {
      for (const pool of POOLS) metrics.set('ohmlight_cores', { pool }, directory.cores(pool).length);
    };
    count();
    directory.listen({
      joined: ({ id, pool }) => {
        count();
        logger.info({ core: id, pool }, 'core joined');
      },
      left: ({ id, pool }, reason) => {
        count();
        logger.warn({ core: id, pool, reason: reason.message }, 'core left');
      },
      unreachable: ({ id, core }, { message }) =>
        logger.warn({ core: id, address: core?.grpcAddress, reason: message }, 'core announced but not reachable'),
      unreadable: (error) => logger.warn({ reason: error.message }, 'the registry cannot be read; known cores stay'),
    });
  }

  #warm(shards: ReturnType<typeof warmShards>): void {
    const { directory, programmer, logger } = this.#parts;
    this.#warmer = new ShardWarmer({
      directory,
      programmer,
      shards,
      onProgress: (progress) => {
        this.#programming = progress;
        // Whoever shows progress reads the record: the last step is told at once, the others with the beat.
        if (progress.done === progress.total && this.#state === 'ready')
          this.#heartbeat
            .beat()
            .catch((thrown: unknown) => logger.debug({ reason: String(thrown) }, 'heartbeat missed'));
      },
      onError: (shard, { code, message }) =>
        logger.warn({ shard, code, reason: message }, 'shard not programmed ahead'),
    });
    this.#warmer.start();
  }

  #record(): ServiceRecord {
    const { id, config } = this.#parts;
    const advertised = advertisedHost(config);
    const host = advertised.includes(':') ? `[${advertised}]` : advertised;
    return {
      service: 'dispatcher',
      id,
      pid: process.pid,
      version: VERSION,
      startedAt: this.#startedAt,
      httpAddress: `${host}:${this.#http?.port ?? 0}`,
      state: this.#state,
      ...(this.#programming && { programming: this.#programming }),
    };
  }
}

function cannotServe(config: DispatcherConfig, error: NodeJS.ErrnoException): OhmlightError {
  const address = `${config.OHMLIGHT_HOST}:${config.OHMLIGHT_METRICS_PORT}`;
  return new OhmlightError(
    'internal_error',
    error.code === 'EADDRINUSE'
      ? `port ${config.OHMLIGHT_METRICS_PORT} is taken (${address}); stop the process that holds it or set OHMLIGHT_METRICS_PORT to a free port, 0 for any`
      : `cannot listen on ${address}: ${error.message}; check OHMLIGHT_HOST and OHMLIGHT_METRICS_PORT`,
    null,
    { cause: error },
  );
}
