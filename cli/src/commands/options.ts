import { isAbsolute, join, resolve } from 'node:path';
import { type Pool, POOLS } from '@ohmlight/contracts';
import { InvalidArgumentError } from 'commander';
import { defaultRunDirectory, ROOT } from '../paths.js';
import { DEFAULT_PLACEMENTS, type Plan } from '../supervisor/plan.js';

export interface UpOptions {
  readonly detach?: boolean;
  readonly demo: boolean;
  readonly port: number;
  readonly placements: readonly string[];
  readonly cores: Readonly<Record<Pool, number>>;
  readonly checkpoint?: Readonly<Record<string, string>>;
}

export const ONE_CORE_EACH: Readonly<Record<Pool, number>> = { electronic: 1, optical: 1, digital: 1 };
const MOST_CORES = 64;

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('write a port from 1 to 65535.');
  return port;
}

export function parsePlacements(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('write names separated by commas.');
  return [...new Set(names)];
}

/** Adds `electronic=2` to the cores so far. */
export function parseCores(text: string, before: Readonly<Record<Pool, number>>): Record<Pool, number> {
  const [pool, digits] = text.split('=');
  const count = Number(digits);
  if (!POOLS.includes(pool as Pool) || !/^\d+$/.test(digits ?? '') || count < 1 || count > MOST_CORES)
    throw new InvalidArgumentError(`write pool=count with one of ${POOLS.join(', ')} and 1 to ${MOST_CORES} cores.`);
  return { ...before, [pool!]: count };
}

/** Adds `name=directory` to the checkpoints so far. */
export function parseCheckpoint(text: string, before: Record<string, string> = {}): Record<string, string> {
  const match = /^([A-Za-z0-9._-]+)=(.+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('write name=directory.');
  return { ...before, [match[1]!]: resolve(match[2]!) };
}

/** Checkpoints of OHMLIGHT_CHECKPOINTS, which take relative directories from the working copy. */
function environmentCheckpoints(text: string | undefined): Record<string, string> | undefined {
  if (!text) return undefined;
  const checkpoints: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [name, ...rest] = part.trim().split('=');
    const directory = rest.join('=');
    checkpoints[name!] = isAbsolute(directory) ? directory : join(ROOT, directory);
  }
  return checkpoints;
}

/** The plan that options and environment ask for. */
export function planFrom(options: UpOptions, env: NodeJS.ProcessEnv = process.env): Plan {
  const profiles = env['OHMLIGHT_PROFILES'];
  return {
    runDirectory: defaultRunDirectory(),
    host: env['OHMLIGHT_HOST'] || '127.0.0.1',
    port: options.port,
    namespace: env['OHMLIGHT_NAMESPACE'] || 'ohmlight',
    ...(env['REDIS_URL'] && { redisUrl: env['REDIS_URL'] }),
    checkpoints: options.checkpoint ??
      environmentCheckpoints(env['OHMLIGHT_CHECKPOINTS']) ?? { nano: join(ROOT, 'models', 'nano') },
    placements: options.placements.length > 0 ? options.placements : DEFAULT_PLACEMENTS,
    cores: options.cores,
    dispatchers: 1,
    restart: true,
    environment: profiles ? { OHMLIGHT_PROFILES: resolve(profiles) } : {},
  };
}
