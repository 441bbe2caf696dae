import { checkConditions, OhmlightError, shardId, type ShardSpec, weightCount } from '@ohmlight/contracts';
import { checkOutputs, type Recalibration, sumRecalibrations } from '@ohmlight/core-client';
import type { Device, ProgrammedShard } from '@ohmlight/devices';
import { raceAborts, type WeightSource } from '@ohmlight/shard-router';
import type { PhaseCall, ShardReply, ShardRunner } from './shard-runner.js';

/** Runs shards on devices in this process, programmed when first needed and kept. */
export class InProcessRunner implements ShardRunner {
  readonly serial = true;
  readonly #devices = new Map<string, Device>();
  readonly #programmed = new Map<string, Promise<ProgrammedShard>>();
  readonly #closed = new AbortController();

  constructor(
    private readonly weights: WeightSource,
    private readonly createDevice: (profile: string) => Device,
  ) {}

  async run({ shards, batch, conditions = {}, signal }: PhaseCall): Promise<ShardReply[]> {
    const aborts = signal ? [this.#closed.signal, signal] : [this.#closed.signal];
    const programmed = await raceAborts(Promise.all(shards.map((spec) => this.#program(spec))), aborts);
    checkConditions(conditions);
    return programmed.map((shard) => {
      for (const abort of aborts) abort.throwIfAborted();
      const startedAt = performance.now();
      const { y, ledger, telemetry } = shard.execute(batch, conditions);
      const { columnStart, columnEnd, profile } = shard.spec;
      checkOutputs(y, batch.rows, columnEnd - columnStart, `device ${profile} in this process`, shardId(shard.spec));
      const seconds = (performance.now() - startedAt) / 1000;
      return { y, ledger, telemetry, engineSeconds: seconds, coreSeconds: seconds };
    });
  }

  /** Measures drift at a device time on every shard of a profile that is programmed; by operation, what it takes. */
  async recalibrate(profile: string, deviceTime: number): Promise<Recalibration[]> {
    checkConditions({ deviceTime });
    const shards = await Promise.all(this.#programmed.values());
    return sumRecalibrations(
      shards.flatMap((shard) =>
        shard.spec.profile === profile && shard.recalibrate
          ? [{ operation: shard.spec.operation, shards: 1, ledger: shard.recalibrate(deviceTime) }]
          : [],
      ),
    );
  }

  async close(): Promise<void> {
    this.#closed.abort(new OhmlightError('shutting_down', 'this process is stopping; send the request to another'));
    this.#programmed.clear();
  }

  #program(spec: ShardSpec): Promise<ProgrammedShard> {
    const id = shardId(spec);
    let shard = this.#programmed.get(id);
    if (!shard) {
      shard = this.#read(spec);
      this.#programmed.set(id, shard);
      // A failure is not kept: the next call tries again.
      shard.catch(() => this.#programmed.delete(id));
    }
    return shard;
  }

  async #read(spec: ShardSpec): Promise<ProgrammedShard> {
    const weights = new Float32Array(weightCount(spec));
    let offset = 0;
    for await (const chunk of this.weights.weights(spec)) {
      weights.set(chunk, offset);
      offset += chunk.length;
    }
    let device = this.#devices.get(spec.profile);
    if (!device) this.#devices.set(spec.profile, (device = this.createDevice(spec.profile)));
    return device.program(spec, weights, this.weights.calibration?.(spec));
  }
}
