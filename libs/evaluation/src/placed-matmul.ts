import { Calibrations } from '@ohmlight/calibration';
import {
  addParallel,
  addSequential,
  alsoFused,
  type Conditions,
  emptyLedger,
  type Ledger,
  type Operation,
  shardId,
  type ShardSpec,
  shareOf,
} from '@ohmlight/contracts';
import { createDevice, type Device, type Footprint, type ProgrammedShard, Standby } from '@ohmlight/devices';
import { InProcessRunner, ShardedMatmul } from '@ohmlight/matmul';
import { CheckpointWeights, heldMatrices, type ReadableCheckpoint } from '@ohmlight/shard-router';
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
  /** Physical tiles; null where a device holds no weights for good. */
  readonly tiles: number | null;
  /** Chips that have these tiles, as parts of one; null where a profile is no chip. */
  readonly chips: number | null;
  /** Area of the tiles and of their part of a chip, m²; null where a profile gives none. */
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
  /** Answers for a fused `ffn` and for its parts alike: what others' phases are compared with. */
  readonly anyPhase: Matmul;
  /** What the devices take while they wait. */
  readonly standby: Standby;
  readonly #runner: InProcessRunner;
  readonly #shards = new Map<string, { readonly shard: ProgrammedShard; readonly footprint: Footprint | undefined }>();

  constructor(checkpoint: ReadableCheckpoint, subject: Subject, engine: TileEngine, options: ShardingOptions) {
    const profiles = new Map(Object.entries(subject.devices));
    const calibrations = new Calibrations();
    for (const [profile, matrices] of Object.entries(subject.calibrations))
      calibrations.add(checkpoint.name, profile, matrices);
    this.#runner = new InProcessRunner(new CheckpointWeights([checkpoint], calibrations), (profile) =>
      this.#noting(createDevice(profiles.get(profile)!, engine)),
    );
    const { shardColumns, chipSeed, conditions } = options;
    const sharding = { shardColumns, chipSeed, profiles, calibrations, jobDeadlineMs: NO_DEADLINE_MS };
    const { placement } = subject;
    const sharded = new ShardedMatmul(checkpoint, placement, this.#runner, sharding);
    this.matmul = conditions
      ? {
          fused: (layer) => sharded.fused(layer),
          execute: (call, signal) => sharded.execute({ ...call, conditions }, signal),
        }
      : sharded;
    this.standby = new Standby(heldMatrices(checkpoint, placement), profiles);
    const rules = alsoFused(placement.rules);
    this.anyPhase = new ShardedMatmul(checkpoint, { ...placement, rules }, this.#runner, sharding);
  }

  /** What the matrices that were multiplied so far hold. */
  residency(): Residency {
    const ledger = emptyLedger();
    for (const { shard } of this.#shards.values()) addParallel(ledger, shard.programLedger);
    const sumOf = (part: keyof Footprint): number | null =>
      sumOrNull([...this.#shards.values()].map(({ footprint }) => footprint?.[part]));
    return {
      shards: this.#shards.size,
      tiles: sumOf('tiles'),
      chips: sumOf('chips'),
      squareMetres: sumOf('squareMetres'),
      ledger,
    };
  }

  /** Gives the engine's memory back; no call follows. */
  async close(): Promise<void> {
    await this.#runner.close();
    for (const { shard } of this.#shards.values()) shard.release?.();
    this.#shards.clear();
  }

  #noting(device: Device): Device {
    return {
      ...device,
      program: (...call) => {
        const shard = device.program(...call);
        this.#shards.set(shardId(shard.spec), { shard, footprint: footprintOf(device, shard.spec) });
        return shard;
      },
    };
  }
}

/** What a shard takes up; of a fused `ffn`, its two arrays. */
function footprintOf(device: Device, { k, inner, columnStart, columnEnd }: ShardSpec): Footprint | undefined {
  const columns = columnEnd - columnStart;
  if (inner === undefined) return device.footprint?.(k, columns);
  const [up, down] = [device.footprint?.(k, 2 * inner), device.footprint?.(inner, columns)];
  if (!up || !down) return undefined;
  const [chips, area] = (['chips', 'squareMetres'] as const).map(
    (part) => sumOrNull([up[part], down[part]]) ?? undefined,
  );
  return {
    tiles: up.tiles + down.tiles,
    ...(chips !== undefined && { chips }),
    ...(area !== undefined && { squareMetres: area }),
  };
}

/** Null where a part is not known. */
const sumOrNull = (parts: readonly (number | undefined)[]): number | null =>
  parts.reduce<number | null>((sum, part) => (sum === null || part === undefined ? null : sum + part), 0);

/** A phase that ran, and its reply. */
export interface StepPhase {
  readonly layer: number;
  readonly operation: Operation;
  readonly reply: { readonly ledger: Ledger };
}

/**
 * A step's ledger: its phases one after the other, and what devices take while they wait for their turns.
 * @param digitalSeconds Seconds of the step's digital unit, in which they wait too.
 */
export function stepLedger(phases: readonly StepPhase[], standby: Standby, digitalSeconds: number): Ledger {
  const ledger = emptyLedger();
  for (const { reply } of phases) addSequential(ledger, reply.ledger);
  const run = phases.map(({ layer, operation, reply }) => ({ layer, operation, seconds: reply.ledger.seconds }));
  addSequential(ledger, standby.ledger(run, ledger.seconds + digitalSeconds));
  return ledger;
}

/** The mean of `count` ledgers whose sum is `ledger`. */
export function meanLedger(ledger: Ledger, count: number): Ledger {
  const { seconds, reloadSeconds } = ledger;
  return { ...shareOf(ledger, 1 / count), seconds: seconds / count, reloadSeconds: reloadSeconds / count };
}
