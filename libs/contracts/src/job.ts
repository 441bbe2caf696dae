import { z } from 'zod';
import { OPERATIONS, POOLS, type Pool } from './words.js';

/** Name of a pool's queue; the Redis key prefix is the namespace. */
export const queueName = (pool: Pool): string => `matmul-${pool}`;

/** Redis stream on which a gateway receives its replies. */
export const replyStreamKey = (namespace: string, gatewayId: string): string => `${namespace}:reply:${gatewayId}`;

/** Redis key of a job's activations where they are too long to ride in the job. */
export const activationsKey = (namespace: string, correlationId: string): string => `${namespace}:x:${correlationId}`;

/** Activations of at most this many bytes ride in the job as base64; longer ones in a key of their own. */
export const INLINE_ACTIVATION_BYTES = 16 * 1024;

/** A shard as a job names it. */
export const jobShardSchema = z.object({
  checkpoint: z.string().min(1),
  layer: z.number().int().min(0),
  operation: z.enum(OPERATIONS),
  profile: z.string().min(1),
  k: z.number().int().positive(),
  n: z.number().int().positive(),
  columnStart: z.number().int().min(0),
  columnEnd: z.number().int().positive(),
  /** Unsigned 64 bit, hexadecimal. */
  chipSeed: z.string().regex(/^[0-9a-f]{1,16}$/),
  calibration: z.string().min(1).optional(),
  inner: z.number().int().positive().optional(),
});

/**
 * One matmul shard of one phase. `activations` is float32 little-endian, rows × k: inline as base64, or
 * the name of a binary Redis key with a time to live. The reply goes to `replyStream`.
 */
export const matmulJobSchema = z.object({
  version: z.literal(1),
  correlationId: z.string().min(1),
  replyStream: z.string().min(1),
  requestIds: z.array(z.string()),
  pool: z.enum(POOLS),
  shard: jobShardSchema,
  rows: z.number().int().positive(),
  /** Request seeds, unsigned 64 bit, hexadecimal; one per row. */
  seeds: z.array(z.string().regex(/^[0-9a-f]{1,16}$/)),
  /** Absolute positions; one per row. */
  positions: z.array(z.number().int().min(0).max(0xffff_ffff)),
  activations: z.union([z.object({ inline: z.string() }), z.object({ key: z.string() })]),
  /** Seconds since programming, and at the last measurement of drift, on the device's virtual clock. */
  deviceTime: z.number().optional(),
  calibratedAt: z.number().optional(),
  /** Unix milliseconds after which nobody waits for the reply. */
  deadline: z.number(),
});
export type MatmulJob = z.infer<typeof matmulJobSchema>;

/** Name of the only job kind of the matmul queues. */
export const MATMUL_JOB = 'execute';

/**
 * Fields of a reply stream entry: `id` (correlation id), `meta` (JSON of ReplyMeta) and, where the job
 * succeeded, `y` (float32 little-endian, rows × columns).
 */
export const REPLY_FIELDS = { id: 'id', meta: 'meta', y: 'y' } as const;

const ledgerSchema = z.object({
  seconds: z.number(),
  joules: z.record(z.string(), z.number()),
  macs: z.number(),
  dacConversions: z.number(),
  adcConversions: z.number(),
  bytesMoved: z.number(),
  reloads: z.number(),
  reloadSeconds: z.number().default(0),
  joulesBelow: z.number().default(0),
  joulesAbove: z.number().default(0),
});

export const replyMetaSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    coreId: z.string(),
    ledger: ledgerSchema,
    telemetry: z.object({
      dacSaturated: z.number(),
      adcSaturated: z.number(),
      signalRms: z.number(),
      noiseRms: z.number(),
    }),
    /** Wall seconds: of the core's engine, of the gRPC round trip around it, of the dispatcher around that. */
    wall: z.object({ engine: z.number(), core: z.number(), dispatcher: z.number() }),
    attempts: z.number().int().positive(),
    /** The job's part of the rows of its execution, where jobs that waited for the same load of weights shared one. */
    share: z.number().gt(0).max(1).default(1),
  }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);
export type ReplyMeta = z.infer<typeof replyMetaSchema>;
