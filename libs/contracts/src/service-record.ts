import { z } from 'zod';
import { POOLS } from './words.js';

/** Kinds of process. */
export const SERVICES = ['gateway', 'dispatcher', 'analog-crossbar', 'optical-core', 'digital-pool'] as const;
export type ServiceName = (typeof SERVICES)[number];

/**
 * What a process tells the registry of itself with every heartbeat. A record that is not renewed within
 * RECORD_TTL_MS is gone: its process counts as lost.
 */
export const serviceRecordSchema = z.object({
  service: z.enum(SERVICES),
  /** Unique per process. */
  id: z.string().min(1),
  pid: z.number().int(),
  version: z.string(),
  /** Unix milliseconds. */
  startedAt: z.number(),
  /** host:port of /metrics and /health; the gateway's is its API. */
  httpAddress: z.string(),
  state: z.enum(['starting', 'ready', 'stopping']),
  /** Cores only. */
  core: z
    .object({
      grpcAddress: z.string(),
      pool: z.enum(POOLS),
      profiles: z.array(z.string()),
      shards: z.number().int(),
      residentBytes: z.number(),
      capacityBytes: z.number(),
      enginePath: z.string(),
    })
    .optional(),
  /** Dispatcher only: shards programmed of those asked for at start-up. */
  programming: z.object({ done: z.number().int(), total: z.number().int(), current: z.string() }).optional(),
});
export type ServiceRecord = z.infer<typeof serviceRecordSchema>;

export const HEARTBEAT_MS = 1_000;
export const RECORD_TTL_MS = 3_500;
