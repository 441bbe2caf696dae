import { OhmlightError, type Pool } from '@ohmlight/contracts';
import { createDevice, type Device, loadProfiles, methodOf } from '@ohmlight/devices';
import { createTileEngine, type TileEngineOptions } from '@ohmlight/tile-engine';

/**
 * The devices of a pool: every profile of `directory` that belongs to it, on one tile engine. `enginePath` tells
 * which code the engine runs, and on how many threads where there are several; `methods` how devices come by their error,
 * by profile, where there are several ways.
 * @throws OhmlightError `invalid_profile` where the directory holds a faulty profile, or none of the pool.
 */
export function loadDevices(
  directory: string,
  pool: Pool,
  options: TileEngineOptions = {},
): { devices: Device[]; enginePath: string; methods: Record<string, string> } {
  const engine = createTileEngine(options);
  const profiles = [...loadProfiles(directory).devices.values()].filter((profile) => profile.pool === pool);
  const devices = profiles.map((profile) => createDevice(profile, engine));
  if (devices.length === 0)
    throw new OhmlightError(
      'invalid_profile',
      `no device profile in ${directory}/devices is of the pool ${pool}; add one or check OHMLIGHT_PROFILES`,
    );
  const methods: Record<string, string> = {};
  for (const profile of profiles) {
    const method = methodOf(profile);
    if (method !== undefined) methods[profile.name] = method;
  }
  const { path, threads } = engine;
  return { devices, methods, enginePath: threads > 1 ? `${path}, ${threads} threads` : path };
}
