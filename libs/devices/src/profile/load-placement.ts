import { OhmlightError, overlap, parseRuleKey, type PlacementRule, type PlacementRules } from '@ohmlight/contracts';
import { z } from 'zod';
import { KINDS } from '../kinds.js';
import { checked, named } from './checked.js';
import type { DeviceProfile, Placement } from './profile.js';
import type { YamlFile } from './read-yaml.js';
import { profileName, text } from './schemas.js';

const placementSchema = z.strictObject({
  name: profileName,
  description: text,
  /** Device profile of every matrix that no rule speaks for. */
  default: profileName,
  rules: z.record(z.string(), profileName).default({}),
  /** Whether calibrations are used where there are any. */
  calibrated: z.boolean().default(true),
});

/**
 * The placement of a file.
 * @throws OhmlightError `invalid_profile`, naming file, line and field; `profile_not_found` where a rule names a
 *   device profile that does not exist, listing those that do.
 */
export function placementOf(file: YamlFile, devices: ReadonlyMap<string, DeviceProfile>): Placement {
  const {
    name,
    description,
    default: fallback,
    rules: written,
    calibrated,
  } = named(file, checked(file, placementSchema));
  if (devices.has(name)) throw fault(file, ['name'], `"${name}" is a device profile already; call it otherwise`);
  const keyed = rulesOf(file, written);
  for (const [path, profile] of [
    [['default'], fallback],
    ...keyed.map(({ key, rule }) => [['rules', key], rule.profile]),
  ] as [string[], string][])
    if (!devices.has(profile))
      throw new OhmlightError(
        'profile_not_found',
        `${file.file}:${file.lineOf(path)}: ${path.join('.')}: no device profile "${profile}"; there are ${[...devices.keys()].join(', ')}`,
      );
  for (const { key, rule } of keyed) if (rule.operation === 'ffn') assertChain(file, key, rule.profile, devices);
  const rules = [{ profile: fallback }, ...keyed.map(({ rule }) => rule)];
  return { name, description, file: file.file, calibrated, rules };
}

/** Rules of everything on one device profile; nothing is fused. */
export const uniformRules = (profile: string): PlacementRules => [{ profile }];

const fault = (file: YamlFile, path: readonly string[], reason: string): OhmlightError =>
  new OhmlightError('invalid_profile', `${file.file}:${file.lineOf(path)}: ${path.join('.')}: ${reason}`);

function rulesOf(
  file: YamlFile,
  written: Readonly<Record<string, string>>,
): { readonly key: string; readonly rule: PlacementRule }[] {
  const rules: { key: string; rule: PlacementRule }[] = [];
  for (const [key, profile] of Object.entries(written)) {
    const scope = parseRuleKey(key);
    if (typeof scope === 'string') throw fault(file, ['rules', key], scope);
    const rule = { ...scope, profile };
    const other = rules.find((before) => overlap(before.rule, rule));
    if (other)
      throw fault(
        file,
        ['rules', key],
        `it and "${other.key}" speak for the same matrices, and neither is the more specific; let their layers or operations differ`,
      );
    rules.push({ key, rule });
  }
  return rules;
}

/** Whether a device of the profile runs a fused `ffn`. */
export const hasChain = ({ kind, chain }: Pick<DeviceProfile, 'kind' | 'chain'>): boolean =>
  KINDS.get(kind)?.ffn === 'bare' || chain !== undefined;

/** @throws OhmlightError `invalid_profile` where a rule for `ffn` names a device without a chain. */
function assertChain(file: YamlFile, key: string, name: string, devices: ReadonlyMap<string, DeviceProfile>): void {
  if (hasChain(devices.get(name)!)) return;
  const able = [...devices.values()].filter(hasChain).map((profile) => profile.name);
  throw fault(
    file,
    ['rules', key],
    `device profile "${name}" has no chain: give it the group chain where its kind has one, or name ${able.join(' or ')}; without the rule gate_up and down run apart`,
  );
}
