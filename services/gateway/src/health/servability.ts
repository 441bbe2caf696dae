import type { ServiceRecord } from '@ohmlight/contracts';
import { phaseOperations, type ServedPlacement } from '../engine/served-placement.js';

/** What a placement waits for; empty where it can be served now. */
export function missingFor(
  placement: ServedPlacement,
  matmul: 'queue' | 'direct' | 'in-process',
  records: readonly ServiceRecord[],
): string[] {
  if (matmul === 'in-process') return [];
  const ready = records.filter(({ state }) => state === 'ready');
  const missing = new Set<string>();
  if (matmul === 'queue' && !ready.some(({ service }) => service === 'dispatcher')) missing.add('a dispatcher');
  for (const operation of phaseOperations(placement)) {
    const { profile, pool } = placement.operations[operation]!;
    if (!ready.some(({ core }) => core?.profiles.includes(profile)))
      missing.add(`a core of the ${pool} pool with profile ${profile}`);
  }
  return [...missing];
}
