import { type DeviceProfile, reloadOf } from '@ohmlight/devices';
import { phaseOperations, type ServedPlacement } from './served-placement.js';

/**
 * Rows of a step up to which a load of weights is the larger part of its time, on the device of the placement that
 * loads longest; 1 where none loads.
 */
export function reloadRows(placement: ServedPlacement, devices: ReadonlyMap<string, DeviceProfile>): number {
  const reloads = phaseOperations(placement).flatMap((operation) => {
    const reload = reloadOf(devices.get(placement.operations[operation]!.profile)!);
    return reload ? [reload] : [];
  });
  return reloads.reduce((longest, reload) => (reload.seconds > longest.seconds ? reload : longest), {
    seconds: 0,
    rows: 1,
  }).rows;
}
