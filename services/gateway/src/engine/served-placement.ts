import { type Operation, placedPhases, type PlacementRules, type Pool, profileFor } from '@ohmlight/contracts';
import type { Profiles } from '@ohmlight/devices';

export interface PlacedDevice {
  readonly profile: string;
  readonly pool: Pool;
}

/** A placement that requests may name: which device profile, of which pool, runs which matrix. */
export interface ServedPlacement {
  readonly name: string;
  readonly description: string;
  readonly rules: PlacementRules;
  /** Whether calibrations are used where there are any. */
  readonly calibrated: boolean;
  /** Where a matrix runs. */
  deviceOf(layer: number, operation: Operation): PlacedDevice;
  /** The pool of one of its devices. */
  poolOf(profile: string): Pool;
  /** What the phases of a checkpoint with so many layers run on, each device once, in order of execution. */
  devices(layers: number): PlacedDevice[];
}

/** Every placement of the profiles, in the order of their names. */
export function servedPlacements({ devices, placements }: Pick<Profiles, 'devices' | 'placements'>): ServedPlacement[] {
  const placed = (profile: string): PlacedDevice => ({ profile, pool: devices.get(profile)!.pool });
  return [...placements.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, rules, calibrated = true }) => ({
      name,
      description,
      rules,
      calibrated,
      poolOf: (profile) => placed(profile).pool,
      deviceOf: (layer, operation) => placed(profileFor(rules, layer, operation)!),
      devices: (layers) => [...new Set(placedPhases(rules, layers).map(({ profile }) => profile!))].map(placed),
    }));
}
