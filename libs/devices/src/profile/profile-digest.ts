import { createHash } from 'node:crypto';
import type { DeviceProfile } from './profile.js';

/**
 * Names what a profile does: its kind and the values of its parameters, whatever their sources and its texts say.
 * Sixteen hexadecimal digits of SHA-256.
 */
export function profileDigest({ kind, parameters }: Pick<DeviceProfile, 'kind' | 'parameters'>): string {
  const values = Object.entries(parameters)
    .map(([name, { value }]) => [name, value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([kind, values]))
    .digest('hex')
    .slice(0, 16);
}
