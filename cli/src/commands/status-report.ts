import type { ServiceRecord } from '@ohmlight/contracts';
import type { State } from '../supervisor/state.js';

/** A process as `ohmlight status` tells it; docs/reference/cli.md lists the fields. */
export interface ServiceStatus {
  readonly name: string;
  readonly service: string;
  readonly pid: number;
  /** `down`: it has ended. `silent`: it lives and announces nothing. Else what it says of itself. */
  readonly state: 'down' | 'silent' | 'starting' | 'ready' | 'stopping';
  readonly http_address: string | null;
  readonly uptime_seconds: number | null;
  readonly restarts: number;
  readonly core: {
    readonly grpc_address: string;
    readonly pool: string;
    readonly profiles: readonly string[];
    readonly shards: number;
    readonly resident_bytes: number;
    readonly capacity_bytes: number;
    readonly engine_path: string;
  } | null;
  readonly programming: { readonly done: number; readonly total: number } | null;
}

export interface StatusReport {
  readonly state: 'up' | 'degraded' | 'down';
  readonly url: string | null;
  readonly supervisor_pid: number | null;
  readonly namespace: string | null;
  readonly redis: { readonly url: string; readonly private: boolean; readonly answers: boolean } | null;
  readonly services: readonly ServiceStatus[];
}

export const NOTHING_RUNS: StatusReport = {
  state: 'down',
  url: null,
  supervisor_pid: null,
  namespace: null,
  redis: null,
  services: [],
};

/**
 * Joins what `up` recorded with what the registry holds; `records` is undefined where Redis does not answer.
 * Processes that announce themselves in the same namespace without being recorded come last.
 */
export function reportStatus(options: {
  readonly state: State;
  readonly redisUrl: string;
  readonly records: readonly ServiceRecord[] | undefined;
  readonly lives: (recorded: { pid: number; identity: string }) => boolean;
  readonly now: number;
}): StatusReport {
  const { state, redisUrl, records, lives, now } = options;
  const byPid = new Map(records?.map((record) => [record.pid, record]));
  const recorded = state.services.map((entry): ServiceStatus => {
    const record = byPid.get(entry.pid);
    const alive = lives(entry);
    return describe(entry.name, entry.service, entry.pid, entry.restarts, alive, alive ? record : undefined, now);
  });
  const pids = new Set(state.services.map(({ pid }) => pid));
  const others = (records ?? [])
    .filter((record) => !pids.has(record.pid))
    .map((record) => describe(record.id, record.service, record.pid, 0, true, record, now));
  const whole = lives(state.supervisor) && recorded.length > 0 && recorded.every((entry) => entry.state === 'ready');
  return {
    state: whole ? 'up' : 'degraded',
    url: state.url,
    supervisor_pid: state.supervisor.pid,
    namespace: state.namespace,
    redis: { url: redisUrl, private: state.redis?.private !== undefined, answers: records !== undefined },
    services: [...recorded, ...others],
  };
}

function describe(
  name: string,
  service: string,
  pid: number,
  restarts: number,
  alive: boolean,
  record: ServiceRecord | undefined,
  now: number,
): ServiceStatus {
  const { core, programming } = record ?? {};
  return {
    name,
    service,
    pid,
    state: record?.state ?? (alive ? 'silent' : 'down'),
    http_address: record?.httpAddress ?? null,
    uptime_seconds: record ? Math.max(0, Math.round((now - record.startedAt) / 1000)) : null,
    restarts,
    core: core
      ? {
          grpc_address: core.grpcAddress,
          pool: core.pool,
          profiles: core.profiles,
          shards: core.shards,
          resident_bytes: core.residentBytes,
          capacity_bytes: core.capacityBytes,
          engine_path: core.enginePath,
        }
      : null,
    programming: programming ? { done: programming.done, total: programming.total } : null,
  };
}
