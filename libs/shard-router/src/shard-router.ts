import {
  asOhmlightError,
  type Conditions,
  OhmlightError,
  type Pool,
  type RowBatch,
  shardId,
  type ShardSpec,
} from '@ohmlight/contracts';
import type { ExecuteCall } from '@ohmlight/core-client';
import { deadlineSignal, raceAborts } from './aborts.js';
import type { CoreDirectory } from './core-directory.js';
import type { LiveCore } from './live-core.js';
import { place } from './placement.js';
import type { ShardProgrammer } from './shard-programmer.js';
import { SharedLoads, type SharedReply } from './shared-loads.js';

/** One shard of one phase to run on some core of a pool. */
export interface RoutedJob {
  readonly spec: ShardSpec;
  readonly pool: Pool;
  readonly batch: RowBatch;
  readonly conditions?: Conditions | undefined;
  /** For the logs of the core. */
  readonly requestId: string;
  /** Unix milliseconds. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

export interface RoutedReply extends SharedReply {
  readonly coreId: string;
  /** Executions that were begun, this one included. */
  readonly attempts: number;
}

/**
 * Modelled seconds in which devices of a profile load weights before every execution, by profile; those that keep
 * their weights, or stream them, are not in it.
 */
export type ReloadTimes = ReadonlyMap<string, number>;

/** State of one job on its way. */
interface Walk {
  readonly job: RoutedJob;
  readonly id: string;
  /** Deadline and caller. */
  readonly aborts: readonly AbortSignal[];
  /** Cores that refused this job, with why. A lost core is not among them: it may come back. */
  readonly refused: Map<LiveCore, OhmlightError>;
  attempts: number;
}

/** Milliseconds before a core that denied holding the shard, or is overloaded, is asked again. */
const PAUSE_MS = 20;

/**
 * Runs shards on the cores of a pool: chooses a core, programs it where none holds the shard, and goes on to
 * another when one is lost or refuses, until the job's deadline.
 */
export class ShardRouter {
  readonly #directory: CoreDirectory;
  readonly #programmer: ShardProgrammer;
  readonly #reloads: ReloadTimes;
  readonly #loads = new SharedLoads();

  constructor(directory: CoreDirectory, programmer: ShardProgrammer, reloads: ReloadTimes = new Map()) {
    this.#directory = directory;
    this.#programmer = programmer;
    this.#reloads = reloads;
  }

  /**
   * @throws OhmlightError a code that no other core would mend, at once; `core_unavailable` when no core of the
   * pool came up before the deadline; `capacity_exceeded` when every core is full; `deadline_exceeded`; the
   * abort reason when `signal` aborts.
   */
  async execute(job: RoutedJob): Promise<RoutedReply> {
    const id = shardId(job.spec);
    const deadline = deadlineSignal(job.deadline, `shard ${id}`);
    const aborts = job.signal ? [deadline.signal, job.signal] : [deadline.signal];
    const walk: Walk = { job, id, aborts, refused: new Map(), attempts: 0 };
    try {
      for (;;) {
        for (const abort of aborts) abort.throwIfAborted();
        const core = this.#choose(walk) ?? (await this.#waitForCore(walk, deadline.signal));
        if (core) {
          const reply = await this.#attempt(core, walk);
          if (reply) return reply;
        }
      }
    } finally {
      deadline.clear();
    }
  }

  /** The core to run on; the shard's owner, where it is another one, is programmed beside the job. */
  #choose({ job, id, refused }: Walk): LiveCore | undefined {
    const able = this.#directory
      .cores(job.pool)
      .filter((core) => core.profiles.has(job.spec.profile) && !refused.has(core));
    // A core that once had no room is asked again only where there is no other.
    const roomy = able.filter((core) => core.holds(id) || !core.cannotHold(id));
    // Where a device is about to show the shard a further job costs no load; with the shard's owner it would.
    if (this.#reloads.has(job.spec.profile)) {
      const showing = able.find((core) => core.holds(id) && this.#loads.expects(core, job.spec.profile, id));
      if (showing) return showing;
    }
    const placed = place(id, roomy.length > 0 ? roomy : able);
    if (!placed) return undefined;
    const { run, owner } = placed;
    if (owner !== run && !owner.cannotHold(id))
      this.#programmer.ensure(owner, job.spec).catch((thrown: unknown) => this.#note(owner, id, thrown));
    return run;
  }

  /** Waits for the pool to change. Undefined when it did: the caller chooses anew. */
  async #waitForCore({ job, refused, aborts }: Walk, deadline: AbortSignal): Promise<undefined> {
    const { pool, spec } = job;
    const cores = this.#directory.cores(pool);
    const last = [...refused].findLast(([core]) => cores.includes(core))?.[1];
    // Every core that could run it has refused it, and none will change its mind.
    if (last) throw last;
    try {
      await raceAborts(this.#directory.changed(), aborts);
    } catch (reason) {
      if (reason !== deadline.reason) throw reason;
      const up =
        cores.length === 0
          ? 'is up'
          : `that emulates ${spec.profile} is up (${cores.map((c) => c.id).join(', ')} do not)`;
      throw new OhmlightError(
        'core_unavailable',
        `no core of the ${pool} pool ${up}; start one, or wait for the one that was lost: npx ohmlight status lists them`,
      );
    }
    return undefined;
  }

  /** One try on one core. Undefined when another try may succeed. */
  async #attempt(core: LiveCore, walk: Walk): Promise<RoutedReply | undefined> {
    const { job, id, aborts } = walk;
    const { batch, conditions, requestId, deadline } = job;
    try {
      if (!core.holds(id)) await raceAborts(this.#programmer.ensure(core, job.spec), aborts);
      walk.attempts++;
      const call = { shardId: id, batch, conditions, requestId, deadline };
      const reply = await raceAborts(this.#run(core, job, call, aborts), [core.lost, ...aborts]);
      return { ...reply, coreId: core.id, attempts: walk.attempts };
    } catch (thrown) {
      if (aborts.some((abort) => abort.aborted && abort.reason === thrown)) throw thrown;
      const error = asOhmlightError(thrown);
      if (!error.row.retry || error.code === 'deadline_exceeded') throw error;
      this.#note(core, id, error);
      if (error.code === 'shard_not_held' || error.code === 'overloaded')
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      else if (error.code !== 'core_unavailable' && error.code !== 'shutting_down') walk.refused.set(core, error);
      return undefined;
    }
  }

  /** Where every execution loads weights, with the jobs that wait for the same load. */
  async #run(core: LiveCore, job: RoutedJob, call: ExecuteCall, aborts: readonly AbortSignal[]): Promise<SharedReply> {
    const { profile, k, columnStart, columnEnd } = job.spec;
    if (!this.#reloads.has(profile)) return { ...(await core.client.execute(call)), share: 1 };
    return this.#loads.execute(core, { call, profile, k, columns: columnEnd - columnStart, aborts });
  }

  /** Learns from a core's failure. */
  #note(core: LiveCore, id: string, thrown: unknown): void {
    const error = asOhmlightError(thrown);
    if (error.code === 'core_unavailable' || error.code === 'shutting_down') this.#directory.drop(core, error);
    else if (error.code === 'shard_not_held') core.forget(id);
    else if (error.code === 'capacity_exceeded') core.refuse(id);
  }
}
