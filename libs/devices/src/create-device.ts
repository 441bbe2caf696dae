import { OhmlightError } from '@ohmlight/contracts';
import { createTileEngine, type TileEngine } from '@ohmlight/tile-engine';
import type { Ageing } from './ageing.js';
import type { Device } from './device.js';
import type { AnyDeviceKind } from './kind.js';
import { KINDS } from './kinds.js';
import type { Rating } from './optical/architecture/rating.js';
import type { DeviceProfile } from './profile/profile.js';
import { valuesOf } from './profile/quantity.js';
import type { Reload } from './reload.js';
import type { HeldShape } from './standby.js';

/**
 * Brings a device profile to life.
 * @throws OhmlightError `invalid_profile` when parameters that are valid one by one do not go together.
 */
export function createDevice(profile: DeviceProfile, engine: TileEngine = createTileEngine()): Device {
  return kindOf(profile).create(profile, engine);
}

function kindOf(profile: DeviceProfile): AnyDeviceKind {
  const kind = KINDS.get(profile.kind);
  if (!kind) throw new OhmlightError('invalid_profile', `${profile.name}: kind: there is no kind "${profile.kind}"`);
  return kind;
}

/** How the emulation of a profile's device comes by its error; undefined where there is one way alone. */
export const methodOf = ({ kind, parameters }: Pick<DeviceProfile, 'kind' | 'parameters'>): string | undefined =>
  KINDS.get(kind)?.method?.(valuesOf(parameters as never));

/** What time does to the device of a profile; undefined where it stays as it was programmed. */
export const ageingOf = (profile: DeviceProfile): Ageing | undefined =>
  KINDS.get(profile.kind)?.ageing?.(valuesOf(profile.parameters));

/** What loading weights takes on the device of a profile; undefined where an execution does not wait for that. */
export const reloadOf = (profile: DeviceProfile): Reload | undefined =>
  KINDS.get(profile.kind)?.reload?.(valuesOf(profile.parameters));

/** Watts that the devices of a profile take while they hold matrices and wait; 0 where nothing is known to be taken. */
export const standbyWatts = (profile: DeviceProfile, matrices: readonly HeldShape[]): number =>
  kindOf(profile).standby?.(valuesOf(profile.parameters), matrices) ?? 0;

/** Seconds of a reload by profile, of those that wait for one in every execution. */
export const reloadTimes = (profiles: ReadonlyMap<string, DeviceProfile>): ReadonlyMap<string, number> =>
  new Map(
    [...profiles].flatMap(([name, profile]) => {
      const reload = reloadOf(profile);
      return reload ? [[name, reload.seconds] as const] : [];
    }),
  );

/**
 * What the devices of a profile do, take and cover when they are never idle: operations per second, insertion loss,
 * and for each sort of part its count, power and area, all from the profile's geometry and parameters. The power is that
 * of rated parts: converters at the symbol rate, whatever an execution would make of them.
 * @throws OhmlightError `invalid_profile` for a kind whose profiles do not give their parts.
 */
export function ratingOf(profile: DeviceProfile): Rating {
  const kind = kindOf(profile);
  if (kind.rating) return kind.rating(valuesOf(profile.parameters));
  throw new OhmlightError(
    'invalid_profile',
    `${profile.name}: a profile of kind ${profile.kind} does not give the parts that a rating is made of`,
  );
}
