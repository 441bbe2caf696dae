import { relative } from 'node:path';
import { RedisRegistry } from '@ohmlight/registry';
import { Failure } from '../failure.js';
import { requireRedis } from '../redis/connect.js';
import { type PrivateRedis, removeRedisDirectory, startPrivateRedis } from '../redis/private-redis.js';
import { claim } from './claim.js';
import { processIdentity } from './identity.js';
import { ownError } from './log-tail.js';
import { Member, type MemberEvents } from './member.js';
import { checkPlan, type Plan, type ServiceSpec, serviceSpecs } from './plan.js';
import { assertPortFree } from './port.js';
import { describeExit } from './process.js';
import { awaitReady, type Progress } from './readiness.js';
import { RestartPolicy } from './restart-policy.js';
import { logFile, releaseRunDirectory, type State, writeState } from './state.js';

/** A service stops by itself within 5 s; past this it is ended. */
const STOP_DEADLINE_MS = 6_000;

export interface SupervisorEvents {
  readonly progress: (progress: Progress) => void;
  /** A line for the user: a process that ended, a restart. */
  readonly notice: (line: string) => void;
}

/** Address at which a process on this machine reaches a listener on `host`. */
const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

/** Runs a plan: starts Redis and the services, keeps them up, stops them in order. */
export class Supervisor {
  readonly url: string;
  readonly #plan: Plan;
  readonly #events: SupervisorEvents;
  readonly #startedAt = Date.now();
  /** In the order in which they stop. */
  readonly #services: { readonly spec: ServiceSpec; readonly member: Member }[] = [];
  readonly #bootFailure = new AbortController();
  readonly #killAll = (): void => this.#kill();
  #redis: { readonly server: PrivateRedis; readonly member: Member } | undefined;
  #redisUrl = '';
  #stopped: Promise<void> | undefined;

  private constructor(plan: Plan, events: SupervisorEvents) {
    this.#plan = plan;
    this.#events = events;
    this.url = `http://${reachable(plan.host)}:${plan.port}`;
  }

  /**
   * Starts everything and resolves when every service is ready. When that fails, or `signal` aborts,
   * whatever was started is stopped first.
   * @throws Failure with the cause and the remedy; the signal's reason when it aborts.
   */
  static async start(plan: Plan, events: SupervisorEvents, signal: AbortSignal): Promise<Supervisor> {
    const supervisor = new Supervisor(plan, events);
    await supervisor.#start(signal);
    return supervisor;
  }

  /** Url of the Redis in use. */
  get redisUrl(): string {
    return this.#redisUrl;
  }

  /** The running services. */
  get services(): readonly { readonly name: string; readonly pid: number }[] {
    return this.#services.map(({ spec, member }) => ({ name: spec.name, pid: member.process.pid }));
  }

  async #start(signal: AbortSignal): Promise<void> {
    checkPlan(this.#plan);
    await claim(this.#plan.runDirectory, this.#state());
    process.on('exit', this.#killAll);
    try {
      await assertPortFree(this.#plan.host, this.#plan.port);
      await this.#startRedis();
      await Promise.all(serviceSpecs(this.#plan, this.#redisUrl).map((spec, index) => this.#startService(spec, index)));
      await this.#ready(AbortSignal.any([signal, this.#bootFailure.signal]));
      for (const member of this.#members()) member.booted();
    } catch (error) {
      await this.#stopAll(!signal.aborted);
      throw error;
    }
  }

  async #startRedis(): Promise<void> {
    if (this.#plan.redisUrl) {
      (await requireRedis(this.#plan.redisUrl)).disconnect();
      this.#redisUrl = this.#plan.redisUrl;
      return;
    }
    const file = logFile(this.#plan.runDirectory, 'redis');
    const server = await startPrivateRedis(file);
    this.#redis = {
      server,
      member: await Member.start(server.spec, file, this.#memberEvents(), this.#policy(), server.process),
    };
    this.#redisUrl = server.url;
    this.#save();
  }

  async #startService(spec: ServiceSpec, index: number): Promise<void> {
    const file = logFile(this.#plan.runDirectory, spec.name);
    this.#services[index] = { spec, member: await Member.start(spec, file, this.#memberEvents(), this.#policy()) };
    this.#save();
  }

  #policy(): RestartPolicy {
    return new RestartPolicy(!this.#plan.restart);
  }

  #memberEvents(): MemberEvents {
    return {
      changed: () => this.#save(),
      notice: this.#events.notice,
      failedToStart: ({ spec, logFile: file }, exit) =>
        this.#bootFailure.abort(
          new Failure(
            `${spec.name} did not start: ${ownError(file, spec.name) ?? `it ${describeExit(exit)}`} (log: ${relative(process.cwd(), file)})`,
          ),
        ),
    };
  }

  async #ready(signal: AbortSignal): Promise<void> {
    const redis = await requireRedis(this.#redisUrl);
    try {
      const registry = new RedisRegistry(redis, this.#plan.namespace);
      await awaitReady({
        registry,
        services: this.services,
        url: this.url,
        onProgress: this.#events.progress,
        signal,
      });
    } finally {
      redis.disconnect();
    }
  }

  /** Stops everything in order and removes every file. Further calls wait for the first. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stopAll(false);
    await this.#stopped;
  }

  async #stopAll(keepLogs: boolean): Promise<void> {
    const kinds = [['gateway'], ['dispatcher'], ['analog-crossbar', 'optical-core', 'digital-pool']];
    for (const kind of kinds)
      await Promise.all(
        this.#services
          .filter(({ spec }) => kind.includes(spec.service))
          .map(({ member }) => member.stop(STOP_DEADLINE_MS)),
      );
    if (this.#redis) {
      await this.#redis.member.stop(STOP_DEADLINE_MS);
      removeRedisDirectory(this.#redis.server.directory);
    }
    releaseRunDirectory(this.#plan.runDirectory, keepLogs);
    process.off('exit', this.#killAll);
  }

  /** The last resort when this process ends without a stop: leaves nothing behind. */
  #kill(): void {
    for (const member of this.#members()) member.kill();
    if (this.#redis) removeRedisDirectory(this.#redis.server.directory);
    releaseRunDirectory(this.#plan.runDirectory);
  }

  #members(): Member[] {
    return [
      ...this.#services.filter(Boolean).map(({ member }) => member),
      ...(this.#redis ? [this.#redis.member] : []),
    ];
  }

  #save(): void {
    if (this.#stopped === undefined) writeState(this.#plan.runDirectory, this.#state());
  }

  #state(): State {
    const { namespace, cores } = this.#plan;
    return {
      version: 1,
      supervisor: { pid: process.pid, identity: processIdentity(process.pid) ?? '' },
      startedAt: this.#startedAt,
      url: this.url,
      namespace,
      cores,
      ...(this.#redisUrl && { redis: { url: this.#redisUrl, ...this.#privateRedisState() } }),
      services: this.#services.filter(Boolean).map(({ spec, member }) => ({
        name: spec.name,
        service: spec.service,
        pid: member.process.pid,
        identity: member.process.identity,
        startedAt: member.process.startedAt,
        restarts: member.restarts,
        ...(member.givenUp && { givenUp: member.givenUp }),
      })),
    };
  }

  #privateRedisState(): Pick<NonNullable<State['redis']>, 'private'> {
    if (!this.#redis) return {};
    const { server, member } = this.#redis;
    const { pid, identity } = member.process;
    return { private: { pid, identity, directory: server.directory, port: server.port } };
  }
}
