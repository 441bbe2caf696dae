import { type Ledger, OhmlightError, type ShardSpec } from '@ohmlight/contracts';
import { createDevice, type Device, type DeviceProfile, type Profiles, type ProgrammedShard } from '@ohmlight/devices';
import { valuesOf } from '@ohmlight/devices/electronic';
import { createTileEngine, type TileEngine } from '@ohmlight/tile-engine';
import { batchOf, Draws } from './draws.js';

/**
 * An operating point: parameters that a chip's users set, such as its supply or its bits, as the published figure has
 * them. Never a value that is nobody's to set.
 */
export type OperatingPoint = Readonly<Record<string, unknown>>;

/** The shipped profiles, brought to life: what all figures of ours are computed on. */
export class Bench {
  readonly engine: TileEngine = createTileEngine();

  constructor(readonly profiles: Profiles) {}

  /** @throws OhmlightError `profile_not_found` where the profiles lack one that figures are computed on. */
  profile(name: string, point: OperatingPoint = {}): DeviceProfile {
    const profile = this.profiles.devices.get(name);
    if (!profile)
      throw new OhmlightError(
        'profile_not_found',
        `there is no device profile "${name}", which validation computes on; point OHMLIGHT_PROFILES at the shipped profiles`,
      );
    const parameters: Record<string, unknown> = { ...profile.parameters };
    for (const [parameter, value] of Object.entries(point))
      parameters[parameter] = { ...(parameters[parameter] as object), value };
    return { ...profile, parameters: parameters as DeviceProfile['parameters'] };
  }

  /** Bare values of a profile's parameters; what they are follows from its kind. */
  values(name: string, point: OperatingPoint = {}): unknown {
    return valuesOf(this.profile(name, point).parameters);
  }

  device(name: string, point: OperatingPoint = {}): Device {
    return createDevice(this.profile(name, point), this.engine);
  }

  /** A matrix of k inputs and n outputs on a profile's device. */
  program(name: string, k: number, n: number, weights: Float32Array, point: OperatingPoint = {}): ProgrammedShard {
    return this.device(name, point).program(shardOf(name, k, n), weights);
  }

  /**
   * What a row takes on a k × n matrix, the mean over `rows` rows of one job: Gaussian weights, activations that spread
   * evenly over their range.
   */
  rowOf(name: string, k: number, n: number, point: OperatingPoint = {}, rows = 16): Ledger {
    const shard = this.program(name, k, n, new Draws('weights').normals(k * n), point);
    const { ledger } = shard.execute(batchOf(new Draws('activations').uniforms(k * rows), rows));
    shard.release?.();
    const joules = Object.fromEntries(
      Object.entries(ledger.joules).map(([component, value]) => [component, value / rows]),
    );
    return { ...ledger, joules, seconds: ledger.seconds / rows, macs: ledger.macs / rows };
  }
}

const shardOf = (profile: string, k: number, n: number): ShardSpec => ({
  checkpoint: 'validation',
  layer: 0,
  operation: 'o',
  profile,
  k,
  n,
  columnStart: 0,
  columnEnd: n,
  chipSeed: 1n,
});
