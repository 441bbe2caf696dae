import { OhmlightError, type Pool } from '@ohmlight/contracts';
import { createDevice, type Device, loadProfiles } from '@ohmlight/devices';
import { createTileEngine } from '@ohmlight/tile-engine';

/**
 * The devices of a pool: every profile of `directory` that belongs to it, on one tile engine.
 * @throws OhmlightError `invalid_profile` where the directory holds a faulty profile, or none of the pool.
 */
export function loadDevices(directory: string, pool: Pool): { devices: Device[]; enginePath: string } {
  const engine = createTileEngine();
  const devices = [...loadProfiles(directory).devices.values()]
    .filter((profile) => profile.pool === pool)
    .map((profile) => createDevice(profile, engine));
  if (devices.length === 0)
    throw new OhmlightError(
      'invalid_profile',
      `no device profile in ${directory}/devices is of the pool ${pool}; add one or check OHMLIGHT_PROFILES`,
    );
  return { devices, enginePath: engine.path };
}
