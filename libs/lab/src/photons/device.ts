import { OhmlightError } from '@ohmlight/contracts';
import type { DeviceProfile, Profiles } from '@ohmlight/devices';
import { valuesOf } from '@ohmlight/devices/optical';
import { profileOf } from '../profile.js';
import { type ShotLaw, SHOT_LAWS } from './laws.js';
import { largestOf, type Operands, rms } from './operands.js';
import { productOf, withValues } from './reading.js';

/** A device whose laser can be turned. */
export interface LitDevice {
  readonly profile: DeviceProfile;
  /** The laser's power as shipped, W. */
  readonly power: number;
  /** Detected photons of a multiply-accumulate for a watt of laser, mean of the operands' outputs and rows. */
  readonly photonsPerWatt: number;
  /** rms of the product's shot noise at one photon per multiply-accumulate, by the equation. */
  readonly noiseOfOne: number;
  readonly law: ShotLaw;
  /** The product without any noise, static error or output converter. */
  readonly quiet: Float32Array;
}

/** Values in parts of their largest magnitude. */
function normalised(values: Float32Array): { readonly largest: number; readonly parts: Float64Array } {
  const largest = largestOf(values);
  return { largest, parts: Float64Array.from(values, (value) => value / largest) };
}

/**
 * A shipped device and the law of its shot noise for these operands.
 * @throws OhmlightError `profile_not_found` for a name that is none of a known technology; `invalid_profile` where the
 *   law does not hold: mirrors that show inputs, planes that are weighted in light
 */
export function litDevice(profiles: Profiles, name: string, operands: Operands, seed: bigint): LitDevice {
  const profile = profileOf(profiles, name, [...SHOT_LAWS.keys()]);
  const law = SHOT_LAWS.get(profile.kind)!;
  const p = valuesOf(profile.parameters as never) as unknown as Record<string, unknown>;
  if (profile.kind === 'dmd-bitplane' && (p['mirrors'] !== 'weights' || p['plane_weighting'] !== 'digital'))
    throw new OhmlightError(
      'invalid_profile',
      `${name}: the law of its photons is that of weights on mirrors, planes added digitally`,
      'profiles',
    );
  const tileRows = p['tile_rows'] as number;
  const shotOf = law.shotOf({ ...p, laser_power: 1 } as never);
  const { inputs, outputs, rows, weights, x } = operands;
  const tiles = Array.from({ length: Math.ceil(inputs / tileRows) }, (_, tile) => {
    const [start, end] = [tile * tileRows, Math.min(inputs, (tile + 1) * tileRows)];
    const columns = Array.from({ length: outputs }, (_, c) =>
      normalised(weights.subarray(c * inputs + start, c * inputs + end)),
    );
    return { start, end, columns };
  });
  let [photons, variance] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const { largest: brightest, parts } = normalised(x.subarray(row * inputs, (row + 1) * inputs));
    for (const { start, end, columns } of tiles)
      for (const { largest, parts: v } of columns) {
        const shot = shotOf(v, parts.subarray(start, end));
        photons += shot.photons;
        variance += shot.variance * (largest * brightest) ** 2;
      }
  }
  const products = rows * outputs;
  const photonsPerWatt = photons / products / inputs;
  return {
    profile,
    power: p['laser_power'] as number,
    photonsPerWatt,
    noiseOfOne: Math.sqrt((variance / products) * photonsPerWatt),
    law,
    quiet: productOf(withValues(profile, { ...law.bare, noise: 'none' }), operands, seed),
  };
}

export interface Errors {
  /** rms error over rms product: of shot noise alone, and of the device with all that its profile has. */
  readonly shot: number;
  readonly all: number;
}

/** Errors of a device whose laser gives `photons` per multiply-accumulate. */
export function errorsAt(
  { profile, law, photonsPerWatt, quiet }: LitDevice,
  photons: number,
  operands: Operands,
  seed: bigint,
): Errors {
  const laser = { laser_power: photons / photonsPerWatt };
  const signal = rms(operands.exact);
  const noisy = productOf(withValues(profile, { ...law.bare, ...laser }), operands, seed);
  const whole = productOf(withValues(profile, laser), operands, seed);
  return {
    shot: rms(noisy.map((value, i) => value - quiet[i]!)) / signal,
    all: rms(operands.exact.map((value, i) => whole[i]! - value)) / signal,
  };
}
