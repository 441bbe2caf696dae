import type { ServiceRecord } from '@ohmlight/contracts';
import { RedisRegistry } from '@ohmlight/registry';
import { defaultRunDirectory } from '../paths.js';
import { requireRedis, withoutPassword } from '../redis/connect.js';
import { lives } from '../supervisor/identity.js';
import { readState, type State } from '../supervisor/state.js';
import { renderTable } from '../table.js';
import type { Terminal } from '../terminal.js';
import { NOTHING_RUNS, reportStatus, type ServiceStatus, type StatusReport } from './status-report.js';

/** Exit codes of `ohmlight status`. */
const EXIT = { up: 0, degraded: 1, down: 3 } as const;

/** `ohmlight status`: what runs here. Returns the exit code. */
export async function status(options: { json?: boolean }, terminal: Terminal): Promise<number> {
  const state = readState(defaultRunDirectory());
  const anythingLives = state && [state.supervisor, ...state.services].some(lives);
  const report = state && anythingLives ? await inspect(state) : NOTHING_RUNS;
  if (options.json) terminal.line(JSON.stringify(report, null, 2));
  else for (const line of render(report, terminal.columns)) terminal.line(line);
  return EXIT[report.state];
}

async function inspect(state: State): Promise<StatusReport> {
  const records = await readRegistry(state);
  const redisUrl = withoutPassword(state.redis?.url ?? '');
  return reportStatus({ state, redisUrl, records, lives, now: Date.now() });
}

async function readRegistry(state: State): Promise<ServiceRecord[] | undefined> {
  if (!state.redis) return undefined;
  try {
    const redis = await requireRedis(state.redis.url, 2_000);
    try {
      return await new RedisRegistry(redis, state.namespace).list();
    } finally {
      redis.disconnect();
    }
  } catch {
    return undefined;
  }
}

const COLUMNS = [
  { title: 'service' },
  { title: 'pid', align: 'right' },
  { title: 'state' },
  { title: 'address' },
  { title: 'shards', align: 'right' },
  { title: 'resident', align: 'right' },
  { title: 'engine' },
  { title: 'up', align: 'right' },
] as const;

function render(report: StatusReport, width: number): string[] {
  if (report.state === 'down') return ['nothing runs here: `npm start` starts Ohmlight'];
  const { redis } = report;
  return [
    `${report.state} at ${report.url} (supervisor pid ${report.supervisor_pid})`,
    `redis ${redis!.url}${redis!.private ? ' (private)' : ''}${redis!.answers ? '' : ': does not answer'}`,
    '',
    ...renderTable(COLUMNS, report.services.map(row), width),
  ];
}

function row({ name, pid, state, http_address, core, programming, uptime_seconds, restarts }: ServiceStatus): string[] {
  const progress = programming ? `${programming.done}/${programming.total}` : '';
  return [
    name,
    String(pid),
    restarts > 0 ? `${state}, ${restarts} restart${restarts === 1 ? '' : 's'}` : state,
    core?.grpc_address ?? http_address ?? '',
    core ? String(core.shards) : progress,
    core ? `${(core.resident_bytes / 1e6).toFixed(1)} MB` : '',
    core?.engine_path ?? '',
    uptime_seconds === null ? '' : duration(uptime_seconds),
  ];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3_600)} h`;
}
