import { OhmlightError } from '@ohmlight/contracts';
import { createTileEngine, type TileEngine } from '@ohmlight/tile-engine';
import type { Device } from './device.js';
import { createDigitalFp32 } from './digital/digital-fp32.js';
import type { DeviceProfile } from './profile/profile.js';

/** Brings a device profile to life. */
export function createDevice(profile: DeviceProfile, engine: TileEngine = createTileEngine()): Device {
  switch (profile.kind) {
    case 'digital-fp32':
      return createDigitalFp32(profile, engine);
    default:
      throw new OhmlightError('profile_not_found', `no device of the kind "${profile.kind}"`);
  }
}
