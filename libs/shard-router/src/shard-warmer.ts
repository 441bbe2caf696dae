import { asOhmlightError, type OhmlightError, type Pool, shardId, type ShardSpec } from '@ohmlight/contracts';
import type { CoreDirectory } from './core-directory.js';
import type { LiveCore } from './live-core.js';
import { place } from './placement.js';
import type { ShardProgrammer } from './shard-programmer.js';

export interface WarmProgress {
  readonly done: number;
  readonly total: number;
  /** The shard programmed last. */
  readonly current: string;
}

interface WarmShard {
  readonly spec: ShardSpec;
  readonly pool: Pool;
  readonly id: string;
}

/**
 * Programs shards ahead of the first job, each onto the core it belongs to, the cores side by side; and again
 * onto a core that joins, so that it takes its part of the load without a job that waits for it.
 */
export class ShardWarmer {
  readonly #directory: CoreDirectory;
  readonly #programmer: ShardProgrammer;
  readonly #shards: readonly WarmShard[];
  readonly #onProgress: (progress: WarmProgress) => void;
  readonly #onError: (id: string, error: OhmlightError) => void;
  readonly #done = new Set<string>();
  #running: Promise<void> = Promise.resolve();
  #pending = false;
  #stopped = false;

  constructor(options: {
    directory: CoreDirectory;
    programmer: ShardProgrammer;
    shards: readonly { spec: ShardSpec; pool: Pool }[];
    onProgress: (progress: WarmProgress) => void;
    onError: (id: string, error: OhmlightError) => void;
  }) {
    this.#directory = options.directory;
    this.#programmer = options.programmer;
    const byId = new Map(options.shards.map(({ spec, pool }) => [shardId(spec), { spec, pool, id: shardId(spec) }]));
    this.#shards = [...byId.values()];
    this.#onProgress = options.onProgress;
    this.#onError = options.onError;
  }

  /** Warms what live cores lack now, and again whenever a core joins. */
  start(): void {
    if (this.#shards.length === 0) return;
    this.#onProgress({ done: 0, total: this.#shards.length, current: '' });
    this.#directory.listen({ joined: () => this.#again(), left: () => this.#again() });
    this.#again();
  }

  /** Resolves when the round under way is over. */
  async settled(): Promise<void> {
    await this.#running;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** One round at a time; a change during a round asks for one more. */
  #again(): void {
    if (this.#pending || this.#stopped) return;
    this.#pending = true;
    this.#running = this.#running.then(async () => {
      this.#pending = false;
      await this.#round();
    });
  }

  async #round(): Promise<void> {
    const byCore = new Map<LiveCore, WarmShard[]>();
    for (const shard of this.#shards) {
      const able = this.#directory.cores(shard.pool).filter((core) => core.profiles.has(shard.spec.profile));
      const owner = place(shard.id, able)?.owner;
      if (!owner) continue;
      const list = byCore.get(owner);
      if (list) list.push(shard);
      else byCore.set(owner, [shard]);
    }
    await Promise.all(
      [...byCore].map(async ([core, shards]) => {
        // Two at a time, as many as the programmer runs on one core.
        const queue = shards.values();
        await Promise.all([this.#drain(core, queue), this.#drain(core, queue)]);
      }),
    );
  }

  async #drain(core: LiveCore, queue: IterableIterator<WarmShard>): Promise<void> {
    for (const shard of queue) {
      if (this.#stopped || core.lost.aborted) return;
      try {
        await this.#programmer.ensure(core, shard.spec);
        this.#done.add(shard.id);
        this.#onProgress({ done: this.#done.size, total: this.#shards.length, current: shard.id });
      } catch (thrown) {
        const error = asOhmlightError(thrown);
        if (error.code === 'core_unavailable') this.#directory.drop(core, error);
        if (error.code === 'capacity_exceeded') core.refuse(shard.id);
        this.#onError(shard.id, error);
      }
    }
  }
}
