import { OhmlightError } from '@ohmlight/contracts';
import { type DeviceProfile, KINDS, type Profiles } from '@ohmlight/devices';
import { valuesOf } from '@ohmlight/devices/electronic';
import type { Change } from './options.js';

/**
 * A device profile of one of `kinds`, some of its parameters changed.
 * @throws OhmlightError `profile_not_found`, naming the profiles that fit; `invalid_profile` for a parameter that the
 *   profile does not have, or a value that it cannot take.
 */
export function profileOf(
  { devices }: Profiles,
  name: string,
  kinds: readonly string[],
  changes: readonly Change[] = [],
): DeviceProfile {
  const profile = devices.get(name);
  const fitting = [...devices.values()].filter(({ kind }) => kinds.includes(kind)).map((fits) => fits.name);
  if (!profile || !kinds.includes(profile.kind))
    throw new OhmlightError(
      'profile_not_found',
      `${profile ? `profile "${name}" is of another kind (${profile.kind})` : `there is no profile "${name}"`}; this experiment takes ${fitting.join(', ')}`,
      'profile',
    );
  const kind = KINDS.get(profile.kind)!;
  const parameters = { ...(profile.parameters as unknown as Record<string, { value: unknown }>) };
  for (const { name: parameter, value } of changes) {
    const spec = kind.parameters[parameter];
    if (!spec)
      throw new OhmlightError(
        'invalid_profile',
        `${name} has no parameter "${parameter}"; docs/reference/devices has a page that lists them`,
        'set',
      );
    const text = spec.value.safeParse(value);
    const parsed = text.success ? text : spec.value.safeParse(Number(value));
    if (!parsed.success)
      throw new OhmlightError(
        'invalid_profile',
        `${parameter}=${value}: ${parsed.error.issues[0]?.message ?? 'not a value of this parameter'}`,
        'set',
      );
    parameters[parameter] = { ...parameters[parameter], value: parsed.data };
  }
  const changed = { ...profile, parameters } as unknown as DeviceProfile;
  const fault = kind.check?.(valuesOf(changed.parameters as never));
  if (fault) throw new OhmlightError('invalid_profile', `${fault.parameter}: ${fault.reason}`, 'set');
  return changed;
}
