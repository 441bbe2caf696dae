import { type CalibrationSource, OhmlightError } from '@ohmlight/contracts';
import { createDevice, type Device, type Profiles } from '@ohmlight/devices';
import { InProcessRunner, ShardedMatmul } from '@ohmlight/matmul';
import { CheckpointWeights } from '@ohmlight/shard-router';
import { createTileEngine } from '@ohmlight/tile-engine';
import type { Checkpoint, Matmul } from '@ohmlight/transformer';

/** Columns of a shard, and milliseconds of a phase, without bound: all runs in this process. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** Devices and matmuls of this process, as the gateway's in-process ones; each has a memory of its own, freed with it. */
export class Workbench {
  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly profiles: Profiles,
    private readonly chipSeed: bigint,
  ) {}

  /** @throws OhmlightError `profile_not_found`. */
  device(name: string): Device {
    const profile = this.profiles.devices.get(name);
    if (!profile) {
      const names = [...this.profiles.devices.keys()].join(', ');
      throw new OhmlightError('profile_not_found', `there is no device profile "${name}"; there are ${names}`);
    }
    return createDevice(profile, createTileEngine());
  }

  /** The checkpoint on a profile, for every operation. */
  matmul(name: string, calibrations?: CalibrationSource): { readonly matmul: Matmul; close(): Promise<void> } {
    const weights = new CheckpointWeights([this.checkpoint], calibrations);
    const runner = new InProcessRunner(weights, (profile) => this.device(profile));
    const matmul = new ShardedMatmul(this.checkpoint, this.profiles.placements.get(name)!, runner, {
      profiles: this.profiles.devices,
      shardColumns: UNBOUNDED,
      chipSeed: this.chipSeed,
      calibrations,
      jobDeadlineMs: UNBOUNDED,
    });
    return { matmul, close: () => runner.close() };
  }
}
