import { Server, ServerCredentials, type ServiceError } from '@grpc/grpc-js';
import {
  asOhmlightError,
  ledgerToProto,
  OhmlightError,
  type Pool,
  proto,
  toProtoOperation,
  toProtoPool,
  VERSION,
} from '@ohmlight/contracts';
import { SHARED_OPTIONS } from '@ohmlight/core-client';
import { HealthImplementation, type ServingStatus } from 'grpc-health-check';
import type { ShardStore } from '../shard-store.js';
import type { WorkQueue } from '../work-queue.js';
import { type Admission, ExecuteSession, shuttingDown } from './execute-session.js';
import { type JobObserver, JobRunner } from './job-runner.js';
import { heldShardToProto, program } from './program-handler.js';
import { addReflection } from './reflection.js';
import { toServiceError } from './status.js';

export interface CoreIdentity {
  readonly coreId: string;
  readonly pool: Pool;
  /** Which code path the tile engine runs. */
  readonly enginePath: string;
}

export interface CoreGrpcServerOptions {
  readonly identity: CoreIdentity;
  readonly store: ShardStore;
  readonly queue: WorkQueue;
  readonly observer: JobObserver;
}

/** Health is told for the whole server and for the core service. */
const HEALTH_NAMES = ['', 'ohmlight.core.v1.CoreService'];

/** The gRPC face of a core: core service, health and reflection. */
export class CoreGrpcServer {
  readonly #server = new Server({ ...SHARED_OPTIONS, 'grpc.keepalive_time_ms': 30_000 });
  readonly #health = new HealthImplementation();
  readonly #admission: Admission = { state: 'open' };
  readonly #sessions = new Set<ExecuteSession>();
  readonly #queue: WorkQueue;

  constructor({ identity, store, queue, observer }: CoreGrpcServerOptions) {
    this.#queue = queue;
    const runner = new JobRunner(store, observer);
    this.#setHealth('NOT_SERVING');
    this.#health.addToServer(this.#server);
    addReflection(this.#server);
    const service: proto.CoreServiceServer = {
      describe: (_call, callback) => callback(null, describe(identity, store)),
      program: (call, callback) => {
        if (this.#admission.state !== 'open') return callback(toServiceError(shuttingDown()));
        program(call, store).then(
          (response) => callback(null, response),
          (error: unknown) => callback(toServiceError(asOhmlightError(error)) satisfies ServiceError),
        );
      },
      execute: (call) => {
        const session = new ExecuteSession(call, queue, runner, this.#admission);
        this.#sessions.add(session);
        call.on('close', () => this.#sessions.delete(session));
      },
      recalibrate: (call, callback) => {
        if (this.#admission.state !== 'open') return callback(toServiceError(shuttingDown()));
        recalibrate(call.request, store).then(
          (response) => callback(null, response),
          (error: unknown) => callback(toServiceError(asOhmlightError(error)) satisfies ServiceError),
        );
      },
      evict: (call, callback) => callback(null, { evicted: store.evict(call.request.shardId) }),
    };
    this.#server.addService(proto.CoreServiceService, service);
  }

  /**
   * Listens and reports SERVING.
   * @returns The port, which differs from the one asked for where that was 0.
   * @throws OhmlightError that names the address and the remedy.
   */
  async listen(host: string, port: number): Promise<number> {
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const bound = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(cannotListen(address, error));
        else resolve(bound);
      });
    });
    this.#setHealth('SERVING');
    return bound;
  }

  /**
   * Reports NOT_SERVING, refuses new work, finishes the jobs that had arrived, then closes. Jobs that have not
   * begun after `graceMs` are answered `shutting_down`.
   */
  async stop(graceMs: number): Promise<void> {
    this.#setHealth('NOT_SERVING');
    this.#admission.state = 'finishing';
    await withinMs(this.#queue.idle(), graceMs);
    this.#admission.state = 'closed';
    await withinMs(this.#queue.idle(), 500);
    for (const session of this.#sessions) session.end();
    await withinMs(new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve())), 500);
    this.#server.forceShutdown();
  }

  #setHealth(status: ServingStatus): void {
    for (const name of HEALTH_NAMES) this.#health.setStatus(name, status);
  }
}

function describe({ coreId, pool, enginePath }: CoreIdentity, store: ShardStore): proto.DescribeResponse {
  return {
    coreId,
    pool: toProtoPool(pool),
    version: VERSION,
    profiles: store.profiles,
    shards: store.list().map(heldShardToProto),
    residentBytes: BigInt(Math.round(store.residentBytes)),
    capacityBytes: BigInt(store.capacityBytes),
    enginePath,
  };
}

async function recalibrate(
  { profile, deviceTimeS }: proto.RecalibrateRequest,
  store: ShardStore,
): Promise<proto.RecalibrateResponse> {
  const recalibrations = await store.recalibrate(profile, deviceTimeS);
  return {
    recalibrations: recalibrations.map(({ operation, shards, ledger }) => ({
      operation: toProtoOperation(operation),
      shards,
      ledger: ledgerToProto(ledger),
    })),
  };
}

function cannotListen(address: string, error: Error): OhmlightError {
  const taken = error.message.includes('EADDRINUSE');
  return new OhmlightError(
    'internal_error',
    taken
      ? `port ${address.slice(address.lastIndexOf(':') + 1)} is taken (${address}); stop the process that holds it or set OHMLIGHT_GRPC_PORT to a free port, 0 for any`
      : `cannot listen on ${address}: ${error.message}; check OHMLIGHT_HOST and OHMLIGHT_GRPC_PORT`,
    null,
    { cause: error },
  );
}

/** Waits for `promise`, but no longer than `ms`. */
async function withinMs(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([promise, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
