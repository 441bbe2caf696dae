import 'reflect-metadata';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Pool, type ServiceName, VERSION } from '@ohmlight/contracts';
import type { Device } from '@ohmlight/devices';
import { createLogger, type Logger, Metrics } from '@ohmlight/telemetry';
import { Announcer } from './announcer.js';
import { type CoreConfig, readCoreConfig } from './config.js';
import { CoreProcess } from './core-process.js';
import { CoreTelemetry } from './core-telemetry.js';
import { CoreGrpcServer, type CoreIdentity } from './grpc/core-grpc-server.js';
import { loadDevices } from './load-devices.js';
import { ShardStore } from './shard-store.js';
import { WorkQueue } from './work-queue.js';

export interface CoreServerOptions {
  /** Kind of process, as registry, logs and metrics name it. */
  readonly service: ServiceName;
  /** The core emulates every device profile of this pool. */
  readonly pool: Pool;
}

const CONFIG = Symbol('CoreConfig');
const LOG = Symbol('Logger');
const DEVICES = Symbol('Devices');

/** Ties the core's process to the life of the Nest application. */
@Injectable()
class CoreLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(CoreProcess) private readonly process: CoreProcess) {}

  onApplicationBootstrap(): Promise<void> {
    return this.process.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.process.stop();
  }
}

/** What a core is made of: configuration, devices, shard store, gRPC, metrics, registry. */
@Module({})
export class CoreServerModule {
  static forRoot({ service, pool }: CoreServerOptions): DynamicModule {
    return {
      module: CoreServerModule,
      providers: [
        { provide: CONFIG, useFactory: () => readCoreConfig(service) },
        {
          provide: LOG,
          inject: [CONFIG],
          useFactory: ({ coreId, logLevel }: CoreConfig) => createLogger(service, coreId, logLevel),
        },
        {
          provide: DEVICES,
          inject: [CONFIG],
          useFactory: ({ profiles, engine }: CoreConfig) => loadDevices(profiles, pool, engine),
        },
        WorkQueue,
        {
          provide: ShardStore,
          inject: [CONFIG, DEVICES, WorkQueue],
          useFactory: ({ capacityBytes }: CoreConfig, { devices }: { devices: Device[] }, queue: WorkQueue) =>
            new ShardStore({ devices, capacityBytes, queue }),
        },
        { provide: Metrics, useFactory: () => new Metrics(service, VERSION) },
        {
          provide: CoreTelemetry,
          inject: [Metrics, LOG],
          useFactory: (metrics: Metrics, log: Logger) => new CoreTelemetry(pool, metrics, log),
        },
        {
          provide: Announcer,
          inject: [CONFIG, LOG],
          useFactory: ({ redisUrl, namespace }: CoreConfig, log: Logger) =>
            new Announcer({ url: redisUrl, namespace, log }),
        },
        {
          provide: CoreProcess,
          inject: [CONFIG, LOG, DEVICES, WorkQueue, ShardStore, Metrics, CoreTelemetry, Announcer],
          useFactory: (
            config: CoreConfig,
            log: Logger,
            { enginePath, methods }: ReturnType<typeof loadDevices>,
            queue: WorkQueue,
            store: ShardStore,
            metrics: Metrics,
            telemetry: CoreTelemetry,
            announcer: Announcer,
          ) => {
            const identity: CoreIdentity = { coreId: config.coreId, pool, enginePath };
            const grpc = new CoreGrpcServer({ identity, store, queue, observer: telemetry });
            const parts = { service, config, identity, methods, store, grpc, announcer, metrics, telemetry, log };
            return new CoreProcess(parts);
          },
        },
        CoreLifecycle,
      ],
    };
  }
}
