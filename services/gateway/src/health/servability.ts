import type { ServiceRecord } from '@ohmlight/contracts';
import type { PlacedDevice } from '../engine/served-placement.js';

/** What a placement's devices wait for; empty where they can serve now. */
export function missingFor(
  devices: readonly PlacedDevice[],
  matmul: 'queue' | 'direct' | 'in-process',
  records: readonly ServiceRecord[],
): string[] {
  if (matmul === 'in-process') return [];
  const ready = records.filter(({ state }) => state === 'ready');
  const missing = new Set<string>();
  if (matmul === 'queue' && !ready.some(({ service }) => service === 'dispatcher')) missing.add('a dispatcher');
  for (const { profile, pool } of devices) {
    if (!ready.some(({ core }) => core?.profiles.includes(profile)))
      missing.add(`a core of the ${pool} pool with profile ${profile}`);
  }
  return [...missing];
}
