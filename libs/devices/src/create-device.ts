import { OhmlightError } from '@ohmlight/contracts';
import { createTileEngine, type TileEngine } from '@ohmlight/tile-engine';
import type { Device } from './device.js';
import { KINDS } from './kinds.js';
import type { DeviceProfile } from './profile/profile.js';

/**
 * Brings a device profile to life.
 * @throws OhmlightError `invalid_profile` when parameters that are valid one by one do not go together.
 */
export function createDevice(profile: DeviceProfile, engine: TileEngine = createTileEngine()): Device {
  const kind = KINDS.get(profile.kind);
  if (!kind) throw new OhmlightError('invalid_profile', `${profile.name}: kind: there is no kind "${profile.kind}"`);
  return kind.create(profile, engine);
}
