import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Pool, POOLS, type ServiceName } from '@ohmlight/contracts';
import { Failure } from '../failure.js';
import { ROOT, serviceEntry } from '../paths.js';
import type { ProcessSpec } from './process.js';

/** The service that serves each pool. */
const CORE_OF: Record<Pool, ServiceName> = {
  electronic: 'analog-crossbar',
  optical: 'optical-core',
  digital: 'digital-pool',
};

/** The placements of the demonstration: the digital reference, a crossbar, an optical core. */
export const DEFAULT_PLACEMENTS = ['digital-fp32', 'crossbar-basic', 'homodyne-basic'];

/** What an installation runs. Plain data: it crosses from the command to a detached supervisor. */
export interface Plan {
  readonly runDirectory: string;
  /** Address that the services listen on. */
  readonly host: string;
  /** The gateway's port. */
  readonly port: number;
  readonly namespace: string;
  /** A Redis that already runs; absent where a private one is started. */
  readonly redisUrl?: string;
  /** Directories of checkpoints by name. */
  readonly checkpoints: Readonly<Record<string, string>>;
  /** Placements programmed at start-up, of every checkpoint. */
  readonly placements: readonly string[];
  readonly cores: Readonly<Record<Pool, number>>;
  readonly dispatchers: number;
  /** Whether a process that ends by itself is started again. */
  readonly restart: boolean;
  /** Further environment of the services. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ServiceSpec extends ProcessSpec {
  readonly service: ServiceName;
}

/** The services of a plan, in the order in which they stop. */
export function serviceSpecs(plan: Plan, redisUrl: string): ServiceSpec[] {
  const shared = {
    // V8's code cache halves the start of a service; it lies with the installed dependencies.
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'ohmlight'),
    OHMLIGHT_PROFILES: join(ROOT, 'profiles'),
    ...plan.environment,
    REDIS_URL: redisUrl,
    OHMLIGHT_NAMESPACE: plan.namespace,
    OHMLIGHT_HOST: plan.host,
    OHMLIGHT_METRICS_PORT: '0',
    OHMLIGHT_CHECKPOINTS: Object.entries(plan.checkpoints)
      .map(([name, directory]) => `${name}=${directory}`)
      .join(','),
  };
  const warm = Object.keys(plan.checkpoints).flatMap((name) => plan.placements.map((p) => `${name}@${p}`));
  const spec = (service: ServiceName, index: number, env: Record<string, string> = {}): ServiceSpec => ({
    name: index === 0 ? service : `${service}-${index + 1}`,
    service,
    command: process.execPath,
    args: [serviceEntry(service)],
    cwd: ROOT,
    env: { ...shared, ...env },
  });
  const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  return [
    spec('gateway', 0, { OHMLIGHT_PORT: String(plan.port) }),
    ...times(plan.dispatchers).map((index) => spec('dispatcher', index, { OHMLIGHT_WARM: warm.join(',') })),
    ...POOLS.flatMap((pool) => times(plan.cores[pool]).map((index) => spec(CORE_OF[pool], index))),
  ];
}

/** Names of the device profiles and placements that exist, from the profile files. */
function knownPlacements(profiles: string): string[] {
  return ['devices', 'placements'].flatMap((kind) => {
    const directory = join(profiles, kind);
    if (!existsSync(directory)) return [];
    return readdirSync(directory)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.slice(0, -'.yaml'.length));
  });
}

/**
 * Checks what a plan takes from the disk before anything starts.
 * @throws Failure naming the missing checkpoint, placement or build.
 */
export function checkPlan(plan: Plan): void {
  for (const [name, directory] of Object.entries(plan.checkpoints)) {
    if (directory.includes(','))
      throw new Failure(`checkpoint ${name}: the path ${directory} holds a comma: move or link it elsewhere`);
    if (!existsSync(join(directory, 'config.json')))
      throw new Failure(
        `checkpoint ${name}: ${directory} ${existsSync(directory) ? 'holds no config.json' : 'does not exist'}: name a Hugging Face directory with --checkpoint ${name}=<directory>`,
      );
  }
  const known = knownPlacements(plan.environment['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles'));
  const unknown = plan.placements.find((placement) => !known.includes(placement));
  if (unknown !== undefined)
    throw new Failure(`no placement or device profile is named "${unknown}": choose among ${known.join(', ')}`);
  for (const { service, args } of serviceSpecs(plan, ''))
    if (!existsSync(args[0]!)) throw new Failure(`${service} is not built: run \`npm run setup\``);
}
