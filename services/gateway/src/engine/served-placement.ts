import { type Operation, OPERATIONS, type Pool } from '@ohmlight/contracts';
import type { Profiles } from '@ohmlight/devices';

/** A placement that requests may name: which device profile, of which pool, runs which operation. */
export interface ServedPlacement {
  readonly name: string;
  readonly description: string;
  /** Operation → name of a device profile. */
  readonly rules: Readonly<Record<Operation, string>>;
  readonly operations: Readonly<Record<Operation, { readonly profile: string; readonly pool: Pool }>>;
}

/** Every placement of the profiles, in the order of their names, with the pool of each operation's device. */
export function servedPlacements({ devices, placements }: Profiles): ServedPlacement[] {
  return [...placements.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, rules }) => ({
      name,
      description,
      rules,
      operations: Object.fromEntries(
        OPERATIONS.map((operation) => {
          const profile = rules[operation];
          return [operation, { profile, pool: devices.get(profile)!.pool }];
        }),
      ) as ServedPlacement['operations'],
    }));
}
