import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ServiceName } from '@ohmlight/contracts';
import { advertisedHost, baseEnvironment, readEnvironment } from '@ohmlight/telemetry';
import { z } from 'zod';

/** Beyond a few threads a job of a served model is too short to be worth sharing. */
const DEFAULT_THREADS_MOST = 4;

const coreEnvironment = {
  ...baseEnvironment,
  /** Port of the core's gRPC; 0 takes a free one, which the registry tells. */
  OHMLIGHT_GRPC_PORT: z.coerce.number().int().min(0).max(65535).default(0),
  /** Most megabytes (10^6 bytes) of programmed shards. */
  OHMLIGHT_CAPACITY_MB: z.coerce.number().positive().max(1_000_000).default(4096),
  /** Threads that share a job; a machine's processors, at most 4, where it is not set. */
  OHMLIGHT_THREADS: z.coerce.number().int().min(1).max(64).optional(),
  /** The tile engine's code; the fastest that passes its self-test where it is not set. */
  OHMLIGHT_ENGINE: z.enum(['wide', 'portable', 'typescript']).optional(),
  /** Unique per process; made of service and process where it is not set. */
  OHMLIGHT_CORE_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'letters, digits, dots, dashes and underscores, at most 64')
    .optional(),
};

/** Configuration of a core. */
export interface CoreConfig {
  readonly coreId: string;
  readonly redisUrl: string;
  readonly namespace: string;
  readonly logLevel: string;
  readonly host: string;
  /** Host that others reach this core at. */
  readonly advertiseHost: string;
  readonly grpcPort: number;
  readonly metricsPort: number;
  readonly profiles: string;
  readonly capacityBytes: number;
  readonly engine: { readonly path?: 'wide' | 'portable' | 'typescript' | undefined; readonly threads: number };
}

/** @throws Error that names each variable at fault. */
export function readCoreConfig(service: ServiceName, env: NodeJS.ProcessEnv = process.env): CoreConfig {
  const read = readEnvironment(coreEnvironment, env);
  return Object.freeze({
    coreId: read.OHMLIGHT_CORE_ID ?? `${service}-${process.pid}-${randomBytes(3).toString('hex')}`,
    redisUrl: read.REDIS_URL,
    namespace: read.OHMLIGHT_NAMESPACE,
    logLevel: read.OHMLIGHT_LOG_LEVEL,
    host: read.OHMLIGHT_HOST,
    advertiseHost: advertisedHost(read),
    grpcPort: read.OHMLIGHT_GRPC_PORT,
    metricsPort: read.OHMLIGHT_METRICS_PORT,
    profiles: read.OHMLIGHT_PROFILES,
    capacityBytes: Math.round(read.OHMLIGHT_CAPACITY_MB * 1e6),
    engine: Object.freeze({
      path: read.OHMLIGHT_ENGINE,
      threads: read.OHMLIGHT_THREADS ?? Math.min(DEFAULT_THREADS_MOST, availableParallelism()),
    }),
  });
}
