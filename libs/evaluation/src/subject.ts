import type { CalibratedMatrixOf, Calibrations } from '@ohmlight/calibration';
import { OhmlightError, profilesOf } from '@ohmlight/contracts';
import {
  type DeviceProfile,
  type DigitalUnitProfile,
  type Placement,
  type Profiles,
  REFERENCE_PLACEMENT,
} from '@ohmlight/devices';

/** A placement with everything that its answers and costs follow from; plain data, so that it crosses processes. */
export interface Subject {
  readonly placement: Pick<Placement, 'name' | 'description' | 'rules' | 'calibrated'>;
  /** The device profiles that the rules name, by name. */
  readonly devices: Readonly<Record<string, DeviceProfile>>;
  readonly digitalUnit: DigitalUnitProfile;
  /** What the checkpoint's matrices are calibrated with, by device profile; only those that are calibrated. */
  readonly calibrations: Readonly<Record<string, readonly CalibratedMatrixOf[]>>;
}

/** Calibrations that there are, and the checkpoint that a subject is calibrated for. */
export interface CalibrationsOf {
  readonly calibrations: Calibrations;
  readonly checkpoint: string;
}

/**
 * @param calibrated Where calibrations are looked for; none are used if left out, or where the placement does without.
 * @throws OhmlightError `model_not_found` for a placement that the profiles do not have, listing those they have;
 *   `profile_not_found` where its rules name no such device.
 */
export function subjectOf(profiles: Profiles, name: string, calibrated?: CalibrationsOf): Subject {
  const placement = profiles.placements.get(name);
  if (!placement)
    throw new OhmlightError(
      'model_not_found',
      `there is no placement "${name}"; there are ${[...profiles.placements.keys()].sort().join(', ')}`,
    );
  const names = profilesOf(placement.rules);
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
  const { description, rules, calibrated: use = true } = placement;
  const found = names.map(
    (device) => [device, calibrated?.calibrations.of(calibrated.checkpoint, device) ?? []] as const,
  );
  return {
    placement: { name, description, rules, calibrated: use },
    devices,
    digitalUnit: profiles.digitalUnit,
    calibrations: use ? Object.fromEntries(found.filter(([, matrices]) => matrices.length > 0)) : {},
  };
}

/** Whether any of a subject's matrices is calibrated. */
export const isCalibrated = ({ calibrations }: Subject): boolean => Object.keys(calibrations).length > 0;

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
