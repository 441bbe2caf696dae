import type { Profiles } from '@ohmlight/devices';
import { Failure } from '../failure.js';

/**
 * Device profiles that the search may choose from where none are named: of each pool those that models of hardware
 * make, not the ideal ones, which cost nothing and err nowhere.
 */
export const DEFAULT_CANDIDATES = [
  'digital-fp32',
  'digital-bf16',
  'digital-int8',
  'digital-fp8',
  'pcm-standard',
  'pcm-hermes-14nm',
  'flash-sonos-40nm',
  'crossbar-basic',
  'sram-charge-65nm',
  'rram-puma-32nm',
  'homodyne-basic',
] as const;

/** @throws Failure where one of `names` is no device profile, or fewer than one is left. */
export function candidatesOf({ devices }: Pick<Profiles, 'devices'>, names: readonly string[] | undefined): string[] {
  const missing = names?.find((name) => !devices.has(name));
  if (missing !== undefined)
    throw new Failure(`there is no device profile "${missing}"; there are ${[...devices.keys()].sort().join(', ')}`);
  const found = names ?? DEFAULT_CANDIDATES.filter((name) => devices.has(name));
  if (found.length === 0)
    throw new Failure('the profiles have none of the usual candidates; name device profiles with --candidates');
  return [...found];
}
