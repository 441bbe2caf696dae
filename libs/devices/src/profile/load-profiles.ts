import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OhmlightError } from '@ohmlight/contracts';
import { z } from 'zod';
import { KINDS } from '../kinds.js';
import { checked, named } from './checked.js';
import { DEVICE_SCHEMAS, deviceHead, head } from './device-schema.js';
import { placementOf, uniformRules } from './load-placement.js';
import { DIGITAL_UNIT } from './parameters.js';
import type { DeviceProfile, DigitalUnitProfile, Placement, Profiles } from './profile.js';
import { parametersSchema, valuesOf } from './quantity.js';
import { readYaml, unreadable, type YamlFile } from './read-yaml.js';

const digitalUnitSchema = z.strictObject({ ...head, parameters: parametersSchema(DIGITAL_UNIT) });

/**
 * Reads `devices/*.yaml`, `placements/*.yaml` and `digital-unit.yaml` of a directory and checks them: no parameter
 * missing, none unknown, each with its unit and a source. A device profile that `extends` another takes over what it
 * does not state.
 *
 * @throws OhmlightError `invalid_profile`, naming file, line and field; `profile_not_found` where a placement
 *   names a device profile that does not exist, listing those that do.
 */
export function loadProfiles(directory: string): Profiles {
  const devices = new Map<string, DeviceProfile>();
  const placements = new Map<string, Placement>();
  const files = yamlFiles(directory, 'devices').map((file) => readYaml(directory, file));
  for (const file of files) {
    const profile = deviceOf(file, files);
    devices.set(profile.name, profile);
    placements.set(profile.name, {
      name: profile.name,
      description: describe(profile),
      rules: uniformRules(profile.name),
    });
  }
  if (devices.size === 0)
    throw new OhmlightError('invalid_profile', `${join(directory, 'devices')} holds no device profile (*.yaml)`);
  for (const file of yamlFiles(directory, 'placements')) {
    const placement = placementOf(readYaml(directory, file), devices);
    placements.set(placement.name, placement);
  }
  const digitalUnit: DigitalUnitProfile = digitalUnitOf(readYaml(directory, 'digital-unit.yaml'));
  return { devices, placements, digitalUnit };
}

/** A device as a placement for every operation; how its error comes about, where there are several ways. */
function describe({ title, kind, parameters }: DeviceProfile): string {
  const method = KINDS.get(kind)?.method?.(valuesOf(parameters as never));
  return `${title}, for every operation${method ? `; ${method}` : ''}`;
}

/** Paths of a folder's *.yaml, relative to `directory`, in one order everywhere. */
function yamlFiles(directory: string, folder: string): string[] {
  try {
    return readdirSync(join(directory, folder))
      .filter((file) => file.endsWith('.yaml'))
      .sort()
      .map((file) => `${folder}/${file}`);
  } catch (error) {
    throw unreadable(join(directory, folder), error);
  }
}

const digitalUnitOf = (file: YamlFile): DigitalUnitProfile => named(file, checked(file, digitalUnitSchema));

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** The profile of a file, over what it extends. */
function deviceOf(file: YamlFile, files: readonly YamlFile[]): DeviceProfile {
  const whole = { ...file, data: inherited(file, files, []) };
  const { kind } = checked(whole, deviceHead);
  return named(whole, checked(whole, DEVICE_SCHEMAS.get(kind)!));
}

function inherited(file: YamlFile, files: readonly YamlFile[], through: readonly string[]): unknown {
  const { extends: base, ...own } = fields(file.data);
  if (base === undefined) return file.data;
  const name = typeof base === 'string' ? base : JSON.stringify(base);
  const refuse = (reason: string): OhmlightError =>
    new OhmlightError('invalid_profile', `${file.file}:${file.lineOf(['extends'])}: extends: ${reason}`);
  const parent = files.find((other) => basename(other.file, '.yaml') === base);
  if (!parent) throw refuse(`there is no device profile "${name}"`);
  if (through.includes(parent.file)) throw refuse(`"${name}" extends this profile in turn`);
  const {
    title: _title,
    description: _description,
    ...rest
  } = fields(inherited(parent, files, [...through, file.file]));
  const parameters = { ...fields(rest.parameters), ...fields(own.parameters) };
  const chain = { ...fields(rest.chain), ...fields(own.chain) };
  return { ...rest, ...own, parameters, ...(Object.keys(chain).length > 0 && { chain }) };
}
