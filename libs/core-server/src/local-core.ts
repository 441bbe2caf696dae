import {
  asOhmlightError,
  type Calibration,
  floatsToBytes,
  OhmlightError,
  type Pool,
  type ShardSpec,
  VERSION,
} from '@ohmlight/contracts';
import {
  checkOutputs,
  type Core,
  type CoreDescription,
  type ExecuteCall,
  type ExecuteReply,
  type Programmed,
  type Recalibration,
} from '@ohmlight/core-client';
import type { Device } from '@ohmlight/devices';
import { ShardStore } from './shard-store.js';
import type { WeightBuffer } from './weight-buffer.js';
import { WorkQueue } from './work-queue.js';

export interface LocalCoreOptions {
  readonly pool: Pool;
  readonly devices: Iterable<Device>;
  readonly capacityBytes: number;
  readonly coreId?: string;
  /** Which code path the devices' tile engine runs. */
  readonly enginePath?: string;
}

/** A core in the calling process: the shard store without a transport. */
export class LocalCore implements Core {
  readonly #pool: Pool;
  readonly #coreId: string;
  readonly #enginePath: string;
  readonly #queue = new WorkQueue();
  readonly #store: ShardStore;
  #closed = false;

  constructor({ pool, devices, capacityBytes, coreId = `local-${pool}`, enginePath = '' }: LocalCoreOptions) {
    this.#pool = pool;
    this.#coreId = coreId;
    this.#enginePath = enginePath;
    this.#store = new ShardStore({ devices, capacityBytes, queue: this.#queue });
  }

  async describe(): Promise<CoreDescription> {
    this.#assertOpen();
    const { profiles, residentBytes, capacityBytes } = this.#store;
    return {
      coreId: this.#coreId,
      pool: this.#pool,
      version: VERSION,
      profiles,
      shards: this.#store.list(),
      residentBytes,
      capacityBytes,
      enginePath: this.#enginePath,
    };
  }

  async program(
    spec: ShardSpec,
    weights: Iterable<Float32Array> | AsyncIterable<Float32Array>,
    calibration?: Calibration,
  ): Promise<Programmed> {
    this.#assertOpen();
    try {
      const receive = async (buffer: WeightBuffer): Promise<void> => {
        for await (const part of weights) buffer.append(floatsToBytes(part));
      };
      return await this.#store.program(spec, receive, calibration);
    } catch (error) {
      throw asOhmlightError(error);
    }
  }

  async execute(call: ExecuteCall): Promise<ExecuteReply> {
    this.#assertOpen();
    const { shardId, batch, conditions, deadline } = call;
    const startedAt = performance.now();
    return this.#queue.run(() => {
      this.#assertOpen();
      if (Date.now() >= deadline)
        throw new OhmlightError('deadline_exceeded', `the deadline of the job on shard ${shardId} had passed`);
      try {
        const { y, ledger, telemetry } = this.#store.execute(shardId, batch, conditions);
        const spec = this.#store.specOf(shardId)!;
        checkOutputs(y, batch.rows, spec.columnEnd - spec.columnStart, `core ${this.#coreId}`, shardId);
        const seconds = (performance.now() - startedAt) / 1000;
        return { y, ledger, telemetry, engineSeconds: seconds, coreSeconds: seconds };
      } catch (error) {
        throw asOhmlightError(error);
      }
    });
  }

  async evict(shardId: string): Promise<boolean> {
    this.#assertOpen();
    return this.#store.evict(shardId);
  }

  async recalibrate(profile: string, deviceTime: number): Promise<readonly Recalibration[]> {
    this.#assertOpen();
    return this.#store.recalibrate(profile, deviceTime);
  }

  close(): void {
    this.#closed = true;
  }

  #assertOpen(): void {
    if (this.#closed) throw new OhmlightError('core_unavailable', `core ${this.#coreId} was closed`);
  }
}
