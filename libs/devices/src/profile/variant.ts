import { OhmlightError } from '@ohmlight/contracts';
import { CHAIN } from '../electronic/chain/parameters.js';
import { KINDS } from '../kinds.js';
import { DEVICE_SCHEMAS } from './device-schema.js';
import type { DeviceProfile } from './profile.js';
import type { ParameterSpec, Quantity } from './quantity.js';

/** A value of a field: a number, or one of an enumeration's words. */
export type FieldValue = number | string;

const CHAIN_PREFIX = 'chain.';

/**
 * The fields of a profile that a variant may change: its kind's parameters by name, and `chain.NAME` where it has a
 * chain. A parameter that the profile leaves out is one of them.
 */
export function profileFields({ kind, chain }: DeviceProfile): ReadonlyMap<string, ParameterSpec> {
  const chained = Object.entries(CHAIN).map(([name, spec]): [string, ParameterSpec] => [CHAIN_PREFIX + name, spec]);
  return new Map([...Object.entries(KINDS.get(kind)!.parameters), ...(chain ? chained : [])]);
}

/** Value of a field in a profile. */
export function fieldValue({ parameters, chain }: DeviceProfile, field: string): unknown {
  const group: object = field.startsWith(CHAIN_PREFIX) ? chain! : parameters;
  return (group as Readonly<Record<string, Quantity<unknown>>>)[field.replace(CHAIN_PREFIX, '')]!.value;
}

/**
 * A profile with other values of some fields, without the bands that the old ones had, under its own name: on the same
 * chip seed it is the same chip, but for what was changed.
 *
 * @param values By field, names as `profileFields` has them.
 * @param source Of the new values.
 * @throws OhmlightError `invalid_profile` for a value out of range, or one that does not go with the others.
 */
export function variantOf(
  profile: DeviceProfile,
  values: Readonly<Record<string, FieldValue>>,
  source: string,
): DeviceProfile {
  const fields = profileFields(profile);
  const groups = { parameters: { ...profile.parameters }, chain: { ...profile.chain } as Record<string, unknown> };
  for (const [field, value] of Object.entries(values)) {
    const quantity = { value, unit: fields.get(field)!.unit, source };
    if (field.startsWith(CHAIN_PREFIX)) groups.chain[field.slice(CHAIN_PREFIX.length)] = quantity;
    else groups.parameters[field] = quantity;
  }
  const { success, data, error } = DEVICE_SCHEMAS.get(profile.kind)!.safeParse({
    ...profile,
    parameters: groups.parameters,
    ...(profile.chain && { chain: groups.chain }),
  });
  if (success) return data;
  const reasons = error.issues.map(
    ({ path, message }) => `${path.filter((part) => part !== 'value').join('.')}: ${message}`,
  );
  throw new OhmlightError('invalid_profile', reasons.join('; '));
}
