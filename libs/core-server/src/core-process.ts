import {
  asOhmlightError,
  OhmlightError,
  type Pool,
  type ServiceName,
  type ServiceRecord,
  VERSION,
} from '@ohmlight/contracts';
import { type Logger, type Metrics, serveTelemetry, type TelemetryServer } from '@ohmlight/telemetry';
import type { Announcer } from './announcer.js';
import type { CoreConfig } from './config.js';
import type { CoreTelemetry } from './core-telemetry.js';
import type { CoreGrpcServer, CoreIdentity } from './grpc/core-grpc-server.js';
import type { ShardStore } from './shard-store.js';

/** Jobs under way get this long at shutdown; the rest of it fits into 5 s. */
const GRACE_MS = 3_000;

export interface CoreProcessParts {
  readonly service: ServiceName;
  readonly config: CoreConfig;
  readonly identity: CoreIdentity;
  /** How devices come by their error, by profile, where there are several ways. */
  readonly methods: Readonly<Record<string, string>>;
  readonly store: ShardStore;
  readonly grpc: CoreGrpcServer;
  readonly announcer: Announcer;
  readonly metrics: Metrics;
  readonly telemetry: CoreTelemetry;
  readonly log: Logger;
}

/** Starts the parts of a core in order, and stops them in the reverse one. */
export class CoreProcess {
  readonly #parts: CoreProcessParts;
  readonly #startedAt = Date.now();
  #http: TelemetryServer | undefined;
  #state: ServiceRecord['state'] = 'starting';

  constructor(parts: CoreProcessParts) {
    this.#parts = parts;
  }

  /** @throws OhmlightError whose message is one line with cause and remedy; what had started is stopped again. */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw asOhmlightError(error);
    }
  }

  async #start(): Promise<void> {
    const { config, store, grpc, announcer, metrics, telemetry, log } = this.#parts;
    const grpcPort = await grpc.listen(config.host, config.grpcPort);
    this.#http = await serveTelemetry({
      host: config.host,
      port: config.metricsPort,
      metrics,
      health: () => (this.#state === 'ready' ? undefined : this.#state),
    }).catch((error: unknown) => {
      throw cannotServe(config, error);
    });
    telemetry.shardsChanged(store);
    store.onChange(() => {
      telemetry.shardsChanged(store);
      announcer.beat();
    });
    const { port: httpPort } = this.#http;
    this.#state = 'ready';
    await announcer.start(() => this.#record(grpcPort, httpPort));
    const { identity, methods } = this.#parts;
    const profiles = store.profiles.join(', ');
    log.info({ grpcPort, httpPort, profiles, methods, engine: identity.enginePath }, 'the core is ready');
  }

  /** Deregisters, finishes the jobs under way and closes, within 5 s. */
  async stop(): Promise<void> {
    if (this.#state === 'stopping') return;
    this.#state = 'stopping';
    const { announcer, grpc } = this.#parts;
    await Promise.all([announcer.stop(), grpc.stop(GRACE_MS)]);
    await this.#http?.close();
  }

  #record(grpcPort: number, httpPort: number): ServiceRecord {
    const { service, config, identity, store } = this.#parts;
    const host = config.advertiseHost.includes(':') ? `[${config.advertiseHost}]` : config.advertiseHost;
    return {
      service,
      id: config.coreId,
      pid: process.pid,
      version: VERSION,
      startedAt: this.#startedAt,
      httpAddress: `${host}:${httpPort}`,
      state: this.#state,
      core: {
        grpcAddress: `${host}:${grpcPort}`,
        pool: identity.pool satisfies Pool,
        profiles: store.profiles,
        shards: store.list().length,
        residentBytes: store.residentBytes,
        capacityBytes: store.capacityBytes,
        enginePath: identity.enginePath,
      },
    };
  }
}

function cannotServe({ host, metricsPort }: CoreConfig, error: unknown): OhmlightError {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return new OhmlightError(
    'internal_error',
    taken
      ? `port ${metricsPort} is taken (${host}:${metricsPort}); stop the process that holds it or set OHMLIGHT_METRICS_PORT to a free port, 0 for any`
      : `cannot listen on ${host}:${metricsPort}: ${(error as Error).message}; check OHMLIGHT_HOST and OHMLIGHT_METRICS_PORT`,
    null,
    { cause: error },
  );
}
