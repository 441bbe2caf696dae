import { OhmlightError } from '@ohmlight/contracts';
import {
  type DeviceProfile,
  type DigitalUnitProfile,
  type Placement,
  type Profiles,
  REFERENCE_PLACEMENT,
} from '@ohmlight/devices';

/** A placement with everything that its answers and costs follow from; plain data, so that it crosses processes. */
export interface Subject {
  readonly placement: Pick<Placement, 'name' | 'description' | 'rules'>;
  /** The device profiles that the rules name, by name. */
  readonly devices: Readonly<Record<string, DeviceProfile>>;
  readonly digitalUnit: DigitalUnitProfile;
}

/**
 * @throws OhmlightError `model_not_found` for a placement that the profiles do not have, listing those they have;
 *   `profile_not_found` where its rules name no such device.
 */
export function subjectOf(profiles: Profiles, name: string): Subject {
  const placement = profiles.placements.get(name);
  if (!placement)
    throw new OhmlightError(
      'model_not_found',
      `there is no placement "${name}"; there are ${[...profiles.placements.keys()].sort().join(', ')}`,
    );
  const names = [...new Set(Object.values(placement.rules))].filter(Boolean);
  const devices = Object.fromEntries(
    names.map((device) => {
      const profile = profiles.devices.get(device);
      if (!profile)
        throw new OhmlightError(
          'profile_not_found',
          `placement ${name} names device profile "${device}", which does not exist; there are ${[...profiles.devices.keys()].join(', ')}`,
        );
      return [device, profile];
    }),
  );
  const { description, rules } = placement;
  return { placement: { name, description, rules }, devices, digitalUnit: profiles.digitalUnit };
}

/** What others are compared with. */
export const referenceOf = (profiles: Profiles): Subject => subjectOf(profiles, REFERENCE_PLACEMENT);

/** Every placement of the profiles, device profiles among them: the reference first, then by pool and name. */
export function allPlacements({ devices, placements }: Profiles): string[] {
  const group = (name: string): string => {
    const pool = devices.get(name)?.pool ?? 'placement';
    return `${name === REFERENCE_PLACEMENT ? 0 : ['digital', 'electronic', 'optical', 'placement'].indexOf(pool) + 1}`;
  };
  const key = (name: string): string => `${group(name)} ${name}`;
  return [...placements.keys()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
