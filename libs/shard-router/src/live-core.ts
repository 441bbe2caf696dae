import type { OhmlightError, Pool, ServiceRecord } from '@ohmlight/contracts';
import type { Core, CoreDescription } from '@ohmlight/core-client';
import type { Candidate } from './placement.js';

/** Opens a client to the core of that id at `host:port`. */
export type CoreConnector = (grpcAddress: string, coreId: string) => Core;

/** A core that has answered, with what it is known to hold. One object per incarnation of the process. */
export class LiveCore implements Candidate {
  readonly id: string;
  readonly pool: Pool;
  /** Device profiles that the core emulates. */
  readonly profiles: ReadonlySet<string>;
  readonly #held: Set<string>;
  readonly #unfit = new Set<string>();
  readonly #lost = new AbortController();

  constructor(
    readonly record: ServiceRecord,
    readonly client: Core,
    description: CoreDescription,
  ) {
    this.id = record.id;
    this.pool = description.pool;
    this.profiles = new Set(description.profiles);
    this.#held = new Set(description.shards.map((shard) => shard.shardId));
  }

  /** Aborts with `core_unavailable` when the core is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  holds(shardId: string): boolean {
    return this.#held.has(shardId);
  }

  /** The core confirmed that it holds the shard. */
  hold(shardId: string): void {
    this.#held.add(shardId);
  }

  /** The core said that it does not hold the shard. */
  forget(shardId: string): void {
    this.#held.delete(shardId);
  }

  /** Whether the core has refused the shard for want of room; held until the core starts anew. */
  cannotHold(shardId: string): boolean {
    return this.#unfit.has(shardId);
  }

  refuse(shardId: string): void {
    this.#unfit.add(shardId);
  }

  /** Every call under way ends with `reason`, and the connection closes. */
  lose(reason: OhmlightError): void {
    if (this.#lost.signal.aborted) return;
    this.#lost.abort(reason);
    this.client.close();
  }
}
