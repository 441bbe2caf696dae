import {
  emptyLedger,
  type Ledger,
  OhmlightError,
  type Pool,
  type RowBatch,
  type ServiceRecord,
  shardId,
  type ShardSpec,
  VERSION,
} from '../../libs/contracts/src/index.js';
import type { Core, CoreDescription, ExecuteCall, ExecuteReply } from '../../libs/core-client/src/index.js';
import type { Registry } from '../../libs/registry/src/index.js';

/** A registry in memory; a record stays until it is removed. */
export class FakeRegistry implements Registry {
  readonly records = new Map<string, ServiceRecord>();
  broken = false;

  async publish(record: ServiceRecord): Promise<void> {
    this.records.set(record.id, record);
  }
  async remove(id: string): Promise<void> {
    this.records.delete(id);
  }
  async list(): Promise<ServiceRecord[]> {
    if (this.broken) throw new OhmlightError('queue_unavailable', 'the registry is away');
    return [...this.records.values()];
  }
}

/**
 * A core in memory that multiplies exactly (f64 sums, rounded once), with switches for its faults. Several
 * clients may be open to it; `kill` ends what all of them wait for.
 */
export class FakeCore {
  readonly weights = new Map<string, { spec: ShardSpec; w: Float32Array }>();
  readonly programmed: string[] = [];
  readonly executed: string[] = [];
  /** Rows of each execution. */
  readonly executedRows: number[] = [];
  /** What every execution books beside seconds and MACs. */
  booked: Partial<Ledger> = {};
  alive = true;
  full = false;
  /** Thrown by execute where set. */
  fault: OhmlightError | undefined;
  /** Thrown by execute for rows that it names. */
  faultOf: ((batch: RowBatch) => OhmlightError | undefined) | undefined;
  /** While set, executions and programs wait for it. */
  gate: Promise<void> | undefined;
  #killed = Promise.withResolvers<never>();

  constructor(
    readonly id: string,
    readonly pool: Pool = 'electronic',
    readonly profiles: readonly string[] = ['crossbar-basic'],
  ) {
    this.#killed.promise.catch(() => {});
  }

  get record(): ServiceRecord {
    return {
      service: 'analog-crossbar',
      id: this.id,
      pid: 1,
      version: VERSION,
      startedAt: 1,
      httpAddress: '127.0.0.1:1',
      state: 'ready',
      core: {
        grpcAddress: this.id,
        pool: this.pool,
        profiles: [...this.profiles],
        shards: this.weights.size,
        residentBytes: 0,
        capacityBytes: 1,
        enginePath: 'fake',
      },
    };
  }

  kill(): void {
    this.alive = false;
    this.weights.clear();
    this.#killed.reject(new OhmlightError('core_unavailable', `core ${this.id} was killed`));
  }

  revive(): void {
    this.alive = true;
    this.#killed = Promise.withResolvers<never>();
    this.#killed.promise.catch(() => {});
  }

  client(): Core {
    const guard = async <T>(work: () => Promise<T>): Promise<T> => {
      if (!this.alive) throw new OhmlightError('core_unavailable', `core ${this.id} does not answer`);
      return Promise.race([work(), this.#killed.promise]);
    };
    return {
      describe: () => guard(async () => this.#describe()),
      program: (spec, weights) => guard(() => this.#program(spec, weights)),
      execute: (call) => guard(() => this.#execute(call)),
      evict: async (id) => this.weights.delete(id),
      recalibrate: async () => [],
      close: () => {},
    };
  }

  #describe(): CoreDescription {
    return {
      coreId: this.id,
      pool: this.pool,
      version: VERSION,
      profiles: this.profiles,
      shards: [...this.weights].map(([id, { spec }]) => ({ shardId: id, spec, residentBytes: 0 })),
      residentBytes: 0,
      capacityBytes: 1,
      enginePath: 'fake',
    };
  }

  async #program(spec: ShardSpec, weights: Iterable<Float32Array> | AsyncIterable<Float32Array>) {
    const id = shardId(spec);
    const shard = { shardId: id, spec, residentBytes: 0 };
    if (this.weights.has(id)) return { shard, ledger: emptyLedger(), alreadyHeld: true };
    if (this.full) throw new OhmlightError('capacity_exceeded', `core ${this.id} is full`);
    const values: number[] = [];
    for await (const chunk of weights) values.push(...chunk);
    await this.gate;
    this.weights.set(id, { spec, w: Float32Array.from(values) });
    this.programmed.push(id);
    return { shard, ledger: emptyLedger(), alreadyHeld: false };
  }

  async #execute({ shardId: id, batch }: ExecuteCall): Promise<ExecuteReply> {
    this.executed.push(id);
    this.executedRows.push(batch.rows);
    await this.gate;
    const fault = this.fault ?? this.faultOf?.(batch);
    if (fault) throw fault;
    const held = this.weights.get(id);
    if (!held) throw new OhmlightError('shard_not_held', `core ${this.id} does not hold ${id}`);
    const { k, columnStart, columnEnd } = held.spec;
    const columns = columnEnd - columnStart;
    const y = new Float32Array(batch.rows * columns);
    for (let r = 0; r < batch.rows; r++)
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += batch.x[r * k + i]! * held.w[c * k + i]!;
        y[r * columns + c] = sum;
      }
    return {
      y,
      ledger: { ...emptyLedger(), seconds: 1e-6, macs: batch.rows * columns * k, ...this.booked },
      telemetry: { dacSaturated: 0, adcSaturated: 0, signalRms: 1, noiseRms: 0 },
      engineSeconds: 1e-5,
      coreSeconds: 2e-5,
    };
  }
}
