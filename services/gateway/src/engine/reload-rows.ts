import { type DeviceProfile, reloadOf } from '@ohmlight/devices';
import type { ServedPlacement } from './served-placement.js';

/**
 * Rows of a step up to which a load of weights is the larger part of its time, on the device of the placement that
 * loads longest; 1 where none loads.
 * @param layers Of the checkpoint.
 */
export function reloadRows(
  placement: Pick<ServedPlacement, 'devices'>,
  layers: number,
  profiles: ReadonlyMap<string, DeviceProfile>,
): number {
  let longest = { seconds: 0, rows: 1 };
  for (const { profile } of placement.devices(layers)) {
    const reload = reloadOf(profiles.get(profile)!);
    if (reload && reload.seconds > longest.seconds) longest = reload;
  }
  return longest.rows;
}
