import {
  addParallel,
  addSequential,
  type Conditions,
  emptyLedger,
  type Ledger,
  shardId,
  shareOf,
} from '@ohmlight/contracts';
import { createDevice, type Device, type ProgrammedShard } from '@ohmlight/devices';
import { InProcessRunner, ShardedMatmul } from '@ohmlight/matmul';
import { CheckpointWeights, type ReadableCheckpoint } from '@ohmlight/shard-router';
import type { TileEngine } from '@ohmlight/tile-engine';
import type { Matmul } from '@ohmlight/transformer';
import type { Subject } from './subject.js';

export interface ShardingOptions {
  /** Most columns of a shard; the services' OHMLIGHT_SHARD_COLUMNS. */
  readonly shardColumns: number;
  /** Seed of every static error; the services' OHMLIGHT_CHIP_SEED. */
  readonly chipSeed: bigint;
  /** When the devices are read; as their profiles have it where absent. */
  readonly conditions?: Conditions | undefined;
}

/** What the devices of a placement hold. */
export interface Residency {
  readonly shards: number;
  /** Silicon that the shards take, m²; null where a profile does not state it. */
  readonly squareMetres: number | null;
  /** Programming: shards side by side. */
  readonly ledger: Ledger;
}

/** No one waits for a job in this process. */
const NO_DEADLINE_MS = 2 ** 40;

/**
 * A checkpoint on a placement in this process: sharded and programmed as the services do, so that the bits equal
 * those that are served.
 */
export class PlacedMatmul {
  readonly matmul: Matmul;
  readonly #runner: InProcessRunner;
  readonly #shards = new Map<string, ProgrammedShard>();

  constructor(checkpoint: ReadableCheckpoint, subject: Subject, engine: TileEngine, options: ShardingOptions) {
    const profiles = new Map(Object.entries(subject.devices));
    this.#runner = new InProcessRunner(new CheckpointWeights([checkpoint]), (profile) =>
      this.#noting(createDevice(profiles.get(profile)!, engine)),
    );
    const { shardColumns, chipSeed, conditions } = options;
    const sharded = new ShardedMatmul(checkpoint, subject.placement, this.#runner, {
      shardColumns,
      chipSeed,
      profiles,
      jobDeadlineMs: NO_DEADLINE_MS,
    });
    this.matmul = conditions
      ? { execute: (call, signal) => sharded.execute({ ...call, conditions }, signal) }
      : sharded;
  }

  /** What the matrices that were multiplied so far hold. */
  residency(): Residency {
    const ledger = emptyLedger();
    let squareMetres: number | null = 0;
    for (const { programLedger, area } of this.#shards.values()) {
      addParallel(ledger, programLedger);
      squareMetres = squareMetres === null || area === undefined ? null : squareMetres + area;
    }
    return { shards: this.#shards.size, squareMetres, ledger };
  }

  /** Gives the engine's memory back; no call follows. */
  async close(): Promise<void> {
    await this.#runner.close();
    for (const shard of this.#shards.values()) shard.release?.();
    this.#shards.clear();
  }

  #noting(device: Device): Device {
    return {
      name: device.name,
      pool: device.pool,
      program: (...call) => {
        const shard = device.program(...call);
        this.#shards.set(shardId(shard.spec), shard);
        return shard;
      },
    };
  }
}

/** A step's ledger: its phases one after the other. */
export function stepLedger(phases: readonly { readonly reply: { readonly ledger: Ledger } }[]): Ledger {
  const ledger = emptyLedger();
  for (const { reply } of phases) addSequential(ledger, reply.ledger);
  return ledger;
}

/** The mean of `count` ledgers whose sum is `ledger`. */
export function meanLedger(ledger: Ledger, count: number): Ledger {
  return { ...shareOf(ledger, 1 / count), seconds: ledger.seconds / count };
}
