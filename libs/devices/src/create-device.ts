import { OhmlightError } from '@ohmlight/contracts';
import { createTileEngine, type TileEngine } from '@ohmlight/tile-engine';
import type { Ageing } from './ageing.js';
import type { Device } from './device.js';
import { KINDS } from './kinds.js';
import type { DeviceProfile } from './profile/profile.js';
import { valuesOf } from './profile/quantity.js';
import type { Reload } from './reload.js';

/**
 * Brings a device profile to life.
 * @throws OhmlightError `invalid_profile` when parameters that are valid one by one do not go together.
 */
export function createDevice(profile: DeviceProfile, engine: TileEngine = createTileEngine()): Device {
  const kind = KINDS.get(profile.kind);
  if (!kind) throw new OhmlightError('invalid_profile', `${profile.name}: kind: there is no kind "${profile.kind}"`);
  return kind.create(profile, engine);
}

/** What time does to the device of a profile; undefined where it stays as it was programmed. */
export const ageingOf = (profile: DeviceProfile): Ageing | undefined =>
  KINDS.get(profile.kind)?.ageing?.(valuesOf(profile.parameters));

/** What loading weights takes on the device of a profile; undefined where an execution does not wait for that. */
export const reloadOf = (profile: DeviceProfile): Reload | undefined =>
  KINDS.get(profile.kind)?.reload?.(valuesOf(profile.parameters));

/** Seconds of a reload by profile, of those that wait for one in every execution. */
export const reloadTimes = (profiles: ReadonlyMap<string, DeviceProfile>): ReadonlyMap<string, number> =>
  new Map(
    [...profiles].flatMap(([name, profile]) => {
      const reload = reloadOf(profile);
      return reload ? [[name, reload.seconds] as const] : [];
    }),
  );
