import { type Operation, OPERATIONS, type PlacementRules, type Pool } from '@ohmlight/contracts';
import type { Profiles } from '@ohmlight/devices';

interface PlacedDevice {
  readonly profile: string;
  readonly pool: Pool;
}

/** Where each operation runs. Where there is an `ffn`, `gate_up` and `down` are no phases. */
export type PlacedOperations = Readonly<Record<Exclude<Operation, 'ffn'>, PlacedDevice> & { ffn?: PlacedDevice }>;

/** A placement that requests may name: which device profile, of which pool, runs which operation. */
export interface ServedPlacement {
  readonly name: string;
  readonly description: string;
  /** Operation → name of a device profile. */
  readonly rules: PlacementRules;
  /** Whether calibrations are used where there are any. */
  readonly calibrated: boolean;
  readonly operations: PlacedOperations;
}

/** Every placement of the profiles, in the order of their names, with the pool of each operation's device. */
export function servedPlacements({ devices, placements }: Profiles): ServedPlacement[] {
  return [...placements.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, rules, calibrated = true }) => ({
      name,
      description,
      rules,
      calibrated,
      operations: Object.fromEntries(
        OPERATIONS.flatMap((operation) => {
          const profile = rules[operation];
          return profile === undefined ? [] : [[operation, { profile, pool: devices.get(profile)!.pool }]];
        }),
      ) as PlacedOperations,
    }));
}

const APART: readonly Operation[] = ['qkv', 'o', 'gate_up', 'down', 'lm_head'];
const FUSED: readonly Operation[] = ['qkv', 'o', 'ffn', 'lm_head'];

/** Operations that a step of the placement has phases of. */
export const phaseOperations = ({ operations }: Pick<ServedPlacement, 'operations'>): readonly Operation[] =>
  operations.ffn ? FUSED : APART;
