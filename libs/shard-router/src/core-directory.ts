import { asOhmlightError, OhmlightError, type Pool, type ServiceRecord } from '@ohmlight/contracts';
import type { Registry } from '@ohmlight/registry';
import { deadlineSignal, raceAborts } from './aborts.js';
import { type CoreConnector, LiveCore } from './live-core.js';

/** What a directory tells of; every listener is optional. */
export interface DirectoryEvents {
  joined?(core: LiveCore): void;
  /** A core was lost or withdrew. */
  left?(core: LiveCore, reason: OhmlightError): void;
  /** A core that announced itself does not describe itself at its address. Told once per incarnation. */
  unreachable?(record: ServiceRecord, error: OhmlightError): void;
  /** The registry cannot be read; the cores known so far stay. Told once per outage. */
  unreadable?(error: OhmlightError): void;
}

/** Milliseconds between two looks at the registry. */
const REFRESH_MS = 400;
/** Milliseconds that a core may take to describe itself before it counts as absent. */
const DESCRIBE_MS = 5_000;

/** One process that announced itself: the same id at another time or address is another incarnation. */
const incarnation = (record: ServiceRecord): string =>
  `${record.id} ${record.startedAt} ${record.core?.grpcAddress ?? ''}`;

/**
 * The live cores of every pool. A core joins when the registry lists it as ready and it has described itself;
 * it leaves when its record lapses, when it says that it stops, or at once when a caller reports it lost.
 */
export class CoreDirectory {
  readonly #registry: Registry;
  readonly #connect: CoreConnector;
  readonly #listeners: DirectoryEvents[] = [];
  readonly #live = new Map<string, LiveCore>();
  readonly #joining = new Map<string, Promise<void>>();
  readonly #unreachable = new Set<string>();
  #byPool = new Map<Pool, LiveCore[]>();
  #change = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #readable = true;

  constructor(registry: Registry, connect: CoreConnector) {
    this.#registry = registry;
    this.#connect = connect;
  }

  listen(listener: DirectoryEvents): void {
    this.#listeners.push(listener);
  }

  /** Looks once, waits for the cores found to describe themselves, then keeps looking. */
  async start(): Promise<void> {
    await this.refresh();
    await Promise.all(this.#joining.values());
    const again = (): void => {
      if (this.#stopped) return;
      this.#timer = setTimeout(() => void this.refresh().finally(again), REFRESH_MS);
    };
    again();
  }

  /** Closes every connection; calls under way end with `shutting_down`. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const reason = new OhmlightError('shutting_down', 'this process is stopping; send the job to another');
    for (const core of this.#live.values()) core.lose(reason);
    this.#live.clear();
    this.#announce();
  }

  /** Live cores of a pool, in order of id. */
  cores(pool: Pool): readonly LiveCore[] {
    return this.#byPool.get(pool) ?? [];
  }

  /** Resolves at the next arrival or departure of a core. */
  changed(): Promise<void> {
    return this.#change.promise;
  }

  /** A caller saw the core's connection break: it is gone until it describes itself again. */
  drop(core: LiveCore, reason: OhmlightError): void {
    for (const [key, live] of this.#live) if (live === core) this.#leave(key, core, reason);
  }

  /** One look at the registry. A registry that cannot be read changes nothing. */
  async refresh(): Promise<void> {
    let records: ServiceRecord[];
    try {
      records = await this.#registry.list();
      this.#readable = true;
    } catch (thrown) {
      if (this.#readable) for (const listener of this.#listeners) listener.unreadable?.(asOhmlightError(thrown));
      this.#readable = false;
      return;
    }
    if (this.#stopped) return;
    const ready = new Map(records.filter((r) => r.core && r.state === 'ready').map((r) => [incarnation(r), r]));
    for (const [key, core] of this.#live)
      if (!ready.has(key))
        this.#leave(
          key,
          core,
          new OhmlightError('core_unavailable', `core ${core.id} stopped or its heartbeat ceased`),
        );
    for (const key of this.#unreachable) if (!ready.has(key)) this.#unreachable.delete(key);
    for (const [key, record] of ready)
      if (!this.#live.has(key) && !this.#joining.has(key))
        this.#joining.set(
          key,
          this.#join(key, record).finally(() => this.#joining.delete(key)),
        );
  }

  async #join(key: string, record: ServiceRecord): Promise<void> {
    const client = this.#connect(record.core!.grpcAddress, record.id);
    const deadline = deadlineSignal(Date.now() + DESCRIBE_MS, `describing core ${record.id}`);
    try {
      const core = new LiveCore(record, client, await raceAborts(client.describe(), [deadline.signal]));
      if (this.#stopped) return client.close();
      this.#live.set(key, core);
      this.#unreachable.delete(key);
      this.#announce();
      for (const listener of this.#listeners) listener.joined?.(core);
    } catch (thrown) {
      // A core that does not answer yet, or died with its record still live: the next look tries again.
      client.close();
      if (this.#stopped || this.#unreachable.has(key)) return undefined;
      this.#unreachable.add(key);
      for (const listener of this.#listeners) listener.unreachable?.(record, asOhmlightError(thrown));
    } finally {
      deadline.clear();
    }
    return undefined;
  }

  #leave(key: string, core: LiveCore, reason: OhmlightError): void {
    this.#live.delete(key);
    core.lose(reason);
    this.#announce();
    for (const listener of this.#listeners) listener.left?.(core, reason);
  }

  #announce(): void {
    const cores = [...this.#live.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#byPool = Map.groupBy(cores, (core) => core.pool);
    const { resolve } = this.#change;
    this.#change = Promise.withResolvers<void>();
    resolve();
  }
}
