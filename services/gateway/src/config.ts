import { baseEnvironment, checkpointEnvironment, readEnvironment } from '@ohmlight/telemetry';
import { z } from 'zod';

const gatewayEnvironment = {
  ...baseEnvironment,
  ...checkpointEnvironment,
  /** Port of the API, /health and /metrics; 0 takes a free one. */
  OHMLIGHT_PORT: z.coerce.number().int().min(0).max(65535).default(8000),
  /** How matmuls reach the cores: over the queue, over gRPC directly, or in this process without Redis. */
  OHMLIGHT_MATMUL: z.enum(['queue', 'direct', 'in-process']).default('queue'),
  /** Where the digital unit's long calls run: in a thread of its own, or on the event loop. */
  OHMLIGHT_DIGITAL_UNIT: z.enum(['worker', 'inline']).default('worker'),
  /** Share of matmul phases that are repeated on the reference placement, for the accuracy metrics. */
  OHMLIGHT_SHADOW_SHARE: z.coerce.number().min(0).max(1).default(0.01),
  /** Share of requests that are checked against the reference placement once they were answered. */
  OHMLIGHT_SHADOW_REQUEST_SHARE: z.coerce.number().min(0).max(1).default(0.01),
  /** Most sequences in a placement's running batch. */
  OHMLIGHT_MAX_RUNNING: z.coerce.number().int().min(1).default(16),
  /** Most sequences that wait for a place in it. */
  OHMLIGHT_MAX_WAITING: z.coerce.number().int().min(0).default(256),
  /** Most prompt tokens of a sequence in one step. */
  OHMLIGHT_PREFILL_CHUNK: z.coerce.number().int().min(1).default(64),
  /** Milliseconds that a matmul job may take. */
  OHMLIGHT_JOB_DEADLINE_MS: z.coerce.number().int().min(1).default(30_000),
} as const;

export type GatewayConfig = ReturnType<typeof readConfig>;

/** @throws Error naming each variable at fault, one a line */
export const readConfig = (env?: NodeJS.ProcessEnv) => readEnvironment(gatewayEnvironment, env);
