import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { ROOT } from '../../cli/src/paths.js';
import type { Plan } from '../../cli/src/supervisor/plan.js';
import { freePort } from '../../cli/src/supervisor/port.js';
import { Supervisor } from '../../cli/src/supervisor/supervisor.js';
import type { ServiceRecord } from '../../libs/contracts/src/index.js';
import { RedisRegistry } from '../../libs/registry/src/index.js';

/** The checkpoint that the tests serve; the shipped one unless the environment names another of its form. */
export const CHECKPOINT = process.env['OHMLIGHT_TEST_CHECKPOINT'] ?? join(ROOT, 'models', 'nano');

/** The digital reference, a crossbar and an optical core. */
export const PLACEMENTS = ['digital-fp32', 'crossbar-basic', 'homodyne-basic'] as const;

/** Layers of the checkpoint. */
export const layers = (): number =>
  (JSON.parse(readFileSync(join(CHECKPOINT, 'config.json'), 'utf8')) as { num_hidden_layers: number })
    .num_hidden_layers;

/** An installation of one's own: real Redis, real processes, private ports, nothing left when stopped. */
export interface Stack {
  readonly url: string;
  /** What the supervisor told the user. */
  readonly notices: readonly string[];
  /** @throws Error when no service has the name */
  readonly pid: (name: string) => number;
  /** What the running processes announce. */
  records(): Promise<ServiceRecord[]>;
  stop(): Promise<void>;
}

// A test run that is itself ended takes its installations with it: the supervisor's own exit handler ends them.
process.once('SIGTERM', () => process.exit(143));
process.once('disconnect', () => process.exit(1));

export async function startStack(more: Partial<Plan> = {}): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), 'ohmlight-test-'));
  const port = await freePort();
  const notices: string[] = [];
  const plan: Plan = {
    runDirectory: join(directory, 'run'),
    host: '127.0.0.1',
    port,
    namespace: `test-${port}`,
    checkpoints: { nano: CHECKPOINT },
    placements: PLACEMENTS,
    cores: { electronic: 1, optical: 1, digital: 1 },
    dispatchers: 1,
    restart: true,
    environment: {},
    ...more,
  };
  const supervisor = await Supervisor.start(
    plan,
    { progress: () => {}, notice: (line) => void notices.push(line) },
    new AbortController().signal,
  );
  const redis = new Redis(supervisor.redisUrl);
  const registry = new RedisRegistry(redis, plan.namespace);
  return {
    url: supervisor.url,
    notices,
    pid(name) {
      const found = supervisor.services.find((service) => service.name === name);
      if (!found) throw new Error(`no service ${name} among ${supervisor.services.map((s) => s.name).join(', ')}`);
      return found.pid;
    },
    records: () => registry.list(),
    async stop() {
      redis.disconnect();
      await supervisor.stop();
      rmSync(directory, { recursive: true });
    },
  };
}
