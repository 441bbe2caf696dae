import { createTileEngine, type TileEngine } from '@ohmlight/tile-engine';
import type { Device } from './device.js';
import { createDigitalFp32 } from './digital/digital-fp32.js';
import { createCrossbar } from './electronic/crossbar.js';
import { createHomodyne } from './optical/homodyne.js';
import type { DeviceProfile } from './profile/profile.js';

/**
 * Brings a device profile to life.
 * @throws OhmlightError `invalid_profile` when parameters that are valid one by one do not go together.
 */
export function createDevice(profile: DeviceProfile, engine: TileEngine = createTileEngine()): Device {
  if (profile.kind === 'crossbar') return createCrossbar(profile, engine);
  if (profile.kind === 'homodyne') return createHomodyne(profile, engine);
  return createDigitalFp32(profile, engine);
}
