import { hostname } from 'node:os';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);

/** Environment that every service reads. Each service extends it with its own variables. */
export const baseEnvironment = {
  REDIS_URL: z.string().default('redis://127.0.0.1:6379'),
  /** Prefix of every Redis key, so that two installations share one Redis. */
  OHMLIGHT_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'lower-case letters, digits and dashes')
    .default('ohmlight'),
  OHMLIGHT_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Address to listen on. */
  OHMLIGHT_HOST: z.string().default('127.0.0.1'),
  /** Address that others reach this process at, where `advertisedHost` guesses wrong (Kubernetes: the pod's IP). */
  OHMLIGHT_ADVERTISE_HOST: z.string().optional(),
  /** Port of /metrics and /health; 0 takes a free one. The gateway serves both on its API's port. */
  OHMLIGHT_METRICS_PORT: port.default(0),
  /** Directory of devices/*.yaml and placements/*.yaml. */
  OHMLIGHT_PROFILES: z.string().default('profiles'),
};

/**
 * Address that others reach this process at: OHMLIGHT_ADVERTISE_HOST, else OHMLIGHT_HOST, else, where that listens on
 * every address, the host's name, which is unique per container and which the containers of one network resolve.
 */
export function advertisedHost(environment: { OHMLIGHT_HOST: string; OHMLIGHT_ADVERTISE_HOST?: string | undefined }) {
  const { OHMLIGHT_HOST: host, OHMLIGHT_ADVERTISE_HOST: advertised } = environment;
  if (advertised) return advertised;
  return host === '0.0.0.0' || host === '::' ? hostname() : host;
}

/** Environment of the services that read checkpoints: the gateway and the dispatcher. */
export const checkpointEnvironment = {
  /** Comma-separated `name=directory` of Hugging Face checkpoints. */
  OHMLIGHT_CHECKPOINTS: z
    .string()
    .default('nano=models/nano')
    .transform((text, context) => {
      const checkpoints: Record<string, string> = {};
      for (const part of text.split(',')) {
        const match = /^\s*([A-Za-z0-9._-]+)=(.+?)\s*$/.exec(part);
        if (!match) context.addIssue({ code: 'custom', message: `"${part}" is not name=directory` });
        else checkpoints[match[1]!] = match[2]!;
      }
      return checkpoints;
    }),
  /** Directory of `<checkpoint>/<profile>.json`; `calibrations` of OHMLIGHT_PROFILES if left out, `off` for none. */
  OHMLIGHT_CALIBRATIONS: z.string().optional(),
  /** Most columns of a shard. */
  OHMLIGHT_SHARD_COLUMNS: z.coerce.number().int().min(256).default(1024),
  /** Seed of the chip: with matrix, row and column it keys every static error. Unsigned 64 bit. */
  OHMLIGHT_CHIP_SEED: z.coerce.bigint().min(0n).max(0xffff_ffff_ffff_ffffn).default(1n),
};

/**
 * Validates the environment once into a frozen, typed object.
 * @throws Error whose message names each variable at fault, one a line.
 */
export function readEnvironment<S extends z.ZodRawShape>(shape: S, env: NodeJS.ProcessEnv = process.env) {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = z.object(shape).safeParse(present);
  if (!parsed.success)
    throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  return Object.freeze(parsed.data);
}
