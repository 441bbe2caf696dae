import {
  type Calibration,
  checkCalibration,
  checkConditions,
  type Conditions,
  emptyLedger,
  FLOAT_BYTES,
  OhmlightError,
  type RowBatch,
  shardFromProto,
  shardId,
  type ShardSpec,
  shardToProto,
  weightCount,
} from '@ohmlight/contracts';
import { type HeldShard, type Programmed, type Recalibration, sumRecalibrations } from '@ohmlight/core-client';
import { checkRecalibration, type Device, type Execution, type ProgrammedShard } from '@ohmlight/devices';
import { WeightBuffer } from './weight-buffer.js';
import type { WorkQueue } from './work-queue.js';

/** Reads a shard's weights into `buffer`; called only when the store wants them. */
export type ReceiveWeights = (buffer: WeightBuffer) => Promise<void>;

export interface ShardStoreOptions {
  /** Devices of this core, one per profile. */
  readonly devices: Iterable<Device>;
  /** Most bytes of programmed shards. While a shard is programmed it counts with its float32 weights. */
  readonly capacityBytes: number;
  /** Programming takes its turn here among the jobs. */
  readonly queue: WorkQueue;
}

/** The shards that a core holds. Knows no transport. */
export class ShardStore {
  readonly capacityBytes: number;
  readonly #devices: Map<string, Device>;
  readonly #queue: WorkQueue;
  readonly #shards = new Map<string, ProgrammedShard>();
  readonly #underWay = new Map<string, Promise<Programmed>>();
  readonly #listeners: (() => void)[] = [];
  #residentBytes = 0;
  #reservedBytes = 0;

  constructor({ devices, capacityBytes, queue }: ShardStoreOptions) {
    this.#devices = new Map([...devices].map((device) => [device.name, device]));
    this.capacityBytes = capacityBytes;
    this.#queue = queue;
  }

  /** Names of the device profiles, sorted. */
  get profiles(): string[] {
    return [...this.#devices.keys()].sort();
  }

  get residentBytes(): number {
    return this.#residentBytes;
  }

  /** Calls `listener` after a shard was programmed or evicted. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  list(): HeldShard[] {
    return [...this.#shards].map(([id, shard]) => held(id, shard));
  }

  /** The spec of a held shard. */
  specOf(id: string): ShardSpec | undefined {
    return this.#shards.get(id)?.spec;
  }

  /**
   * Programs a shard; one that is already held stays as it is and `receive` is not called. Of callers that
   * want the same shard at the same time one programs it and the others wait; should that one fail, the next
   * takes over with its own weights.
   *
   * @throws OhmlightError `invalid_shard`, `profile_not_found`, `capacity_exceeded`, or what `receive` throws;
   * the store is then as it was.
   */
  async program(spec: ShardSpec, receive: ReceiveWeights, calibration?: Calibration): Promise<Programmed> {
    if (calibration) checkCalibration(calibration, spec.columnEnd - spec.columnStart);
    const id = shardId(shardFromProto(shardToProto(spec)));
    for (;;) {
      const shard = this.#shards.get(id);
      if (shard) return { shard: held(id, shard), ledger: emptyLedger(), alreadyHeld: true };
      const other = this.#underWay.get(id);
      if (!other) break;
      await other.catch(() => undefined);
    }
    const own = this.#programNow(id, spec, receive, calibration);
    this.#underWay.set(id, own);
    try {
      return await own;
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #programNow(
    id: string,
    spec: ShardSpec,
    receive: ReceiveWeights,
    calibration: Calibration | undefined,
  ): Promise<Programmed> {
    const device = this.#device(spec.profile);
    const weightBytes = weightCount(spec) * FLOAT_BYTES;
    this.#checkRoom(id, weightBytes);
    this.#reservedBytes += weightBytes;
    let shard: ProgrammedShard;
    try {
      const buffer = new WeightBuffer(spec);
      await receive(buffer);
      shard = await this.#queue.run(() => device.program(spec, buffer.finish(), calibration));
    } finally {
      this.#reservedBytes -= weightBytes;
    }
    try {
      this.#checkRoom(id, shard.residentBytes);
    } catch (error) {
      shard.release?.();
      throw error;
    }
    this.#shards.set(id, shard);
    this.#residentBytes += shard.residentBytes;
    this.#changed();
    return { shard: held(id, shard), ledger: shard.programLedger, alreadyHeld: false };
  }

  #device(profile: string): Device {
    const device = this.#devices.get(profile);
    if (!device)
      throw new OhmlightError(
        'profile_not_found',
        `this core has no device profile "${profile}"; it has ${this.profiles.join(', ') || 'none'}`,
      );
    return device;
  }

  /** Bytes that neither a shard nor one that is being programmed takes. */
  get #room(): number {
    return Math.max(0, this.capacityBytes - this.#residentBytes - this.#reservedBytes);
  }

  #checkRoom(id: string, bytes: number): void {
    // Ages that a shard keeps beside the one it was read at last give way to another shard.
    if (bytes > this.#room) for (const shard of this.#shards.values()) this.#counted(shard, () => shard.forgetAges?.());
    const taken = this.#residentBytes + this.#reservedBytes;
    if (bytes > this.#room)
      throw new OhmlightError(
        'capacity_exceeded',
        `shard ${id} needs ${bytes} bytes, and ${taken} of ${this.capacityBytes} are taken; evict shards, start another core of the pool or raise OHMLIGHT_CAPACITY_MB`,
      );
  }

  /**
   * Multiplies rows by a held shard: synchronous, CPU-bound.
   * @throws OhmlightError `shard_not_held`; `invalid_job` when the batch does not fit the shard; `invalid_value` for a
   *   device time before programming.
   */
  execute(id: string, batch: RowBatch, conditions: Conditions = {}): Execution {
    const shard = this.#shards.get(id);
    if (!shard) throw new OhmlightError('shard_not_held', `this core does not hold shard ${id}; program it first`);
    const { rows, x, seeds, positions } = batch;
    const { k } = shard.spec;
    if (rows < 1 || seeds.length !== rows || positions.length !== rows || x.length !== rows * k)
      throw new OhmlightError(
        'invalid_job',
        `shard ${id} takes rows × ${k} activations and one key per row; ${x.length} activations, ${seeds.length} seeds and ${positions.length} positions came for ${rows} rows`,
      );
    checkConditions(conditions);
    return this.#counted(shard, () => shard.execute(batch, conditions, this.#room));
  }

  /**
   * Measures drift on every held shard of a profile at a device time, one shard a turn of the queue.
   * @returns By operation, what the measurement takes.
   * @throws OhmlightError `profile_not_found`; `invalid_value` where nothing is measured, or for a time before
   *   programming.
   */
  async recalibrate(profile: string, deviceTime: number): Promise<Recalibration[]> {
    checkRecalibration(profile, this.#device(profile).ageing);
    checkConditions({ deviceTime });
    const parts: Recalibration[] = [];
    for (const id of this.#shards.keys())
      await this.#queue.run(() => {
        const shard = this.#shards.get(id);
        if (shard?.spec.profile !== profile || !shard.recalibrate) return;
        const ledger = this.#counted(shard, () => shard.recalibrate!(deviceTime, this.#room));
        parts.push({ operation: shard.spec.operation, shards: 1, ledger });
      });
    return sumRecalibrations(parts);
  }

  /** Runs what may change the bytes that a shard takes, and keeps count of them. */
  #counted<T>(shard: ProgrammedShard, work: () => T): T {
    const before = shard.residentBytes;
    try {
      return work();
    } finally {
      const change = shard.residentBytes - before;
      this.#residentBytes += change;
      if (change !== 0) this.#changed();
    }
  }

  /** Forgets a shard; false when it was not held. */
  evict(id: string): boolean {
    const shard = this.#shards.get(id);
    if (!shard) return false;
    this.#shards.delete(id);
    this.#residentBytes -= shard.residentBytes;
    shard.release?.();
    this.#changed();
    return true;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function held(id: string, { spec, residentBytes }: ProgrammedShard): HeldShard {
  return { shardId: id, spec, residentBytes };
}
