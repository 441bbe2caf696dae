import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OhmlightError, type Operation, OPERATIONS, type PlacementRules } from '@ohmlight/contracts';
import { z } from 'zod';
import { CHAIN } from '../electronic/chain/parameters.js';
import { KINDS } from '../kinds.js';
import { DIGITAL_UNIT } from './parameters.js';
import type { DeviceProfile, DigitalUnitProfile, Placement, Profiles } from './profile.js';
import { parametersSchema, valuesOf } from './quantity.js';
import { readYaml, unreadable, type YamlFile } from './read-yaml.js';

const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens');
const text = z.string().trim().min(1);
const head = { name, title: text, description: text };

const deviceHead = z.looseObject({ kind: z.enum([...KINDS.keys()] as [string, ...string[]]) });

const chainSchema = parametersSchema(CHAIN);

/** Schema of the profiles of each kind. */
const deviceSchemas = new Map(
  [...KINDS.values()].map((kind) => [
    kind.kind,
    z
      .strictObject({
        ...head,
        kind: z.literal(kind.kind),
        pool: z.literal(kind.pool),
        parameters: parametersSchema(kind.parameters).superRefine((parameters, context) => {
          const fault = kind.check?.(valuesOf(parameters));
          if (fault) context.addIssue({ code: 'custom', path: [fault.parameter, 'value'], message: fault.reason });
        }),
        chain:
          kind.ffn === 'circuit' ? chainSchema.optional() : z.never({ error: 'this kind has no chain' }).optional(),
      })
      .superRefine(({ parameters, chain }, context) => {
        const fault = chain && kind.checkChain?.(valuesOf(parameters));
        if (fault)
          context.addIssue({ code: 'custom', path: ['parameters', fault.parameter, 'value'], message: fault.reason });
      }),
  ]),
);

const digitalUnitSchema = z.strictObject({ ...head, parameters: parametersSchema(DIGITAL_UNIT) });

const placementSchema = z.strictObject({
  name,
  description: text,
  /** Device profile of every operation that `rules` does not name. */
  default: name,
  rules: z.partialRecord(z.enum(OPERATIONS), name).default({}),
  /** Whether calibrations are used where there are any. */
  calibrated: z.boolean().default(true),
});

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
      description: `${profile.title}, for every operation`,
      rules: rulesOf(profile.name, {}),
    });
  }
  if (devices.size === 0)
    throw new OhmlightError('invalid_profile', `${join(directory, 'devices')} holds no device profile (*.yaml)`);
  for (const file of yamlFiles(directory, 'placements')) {
    const { name, description, default: fallback, rules, calibrated } = placementOf(readYaml(directory, file));
    if (placements.has(name))
      throw new OhmlightError(
        'invalid_profile',
        `${file}: name: "${name}" is a device profile already; call it otherwise`,
      );
    placements.set(name, {
      name,
      description,
      file,
      calibrated,
      rules: rulesOf(fallback, rules),
    });
    for (const [field, device] of [['default', fallback], ...Object.entries(rules)] as [string, string][])
      if (!devices.has(device))
        throw new OhmlightError(
          'profile_not_found',
          `${file}: ${field === 'default' ? field : `rules.${field}`}: no device profile "${device}"; there are ${[...devices.keys()].join(', ')}`,
        );
  }
  for (const { file, rules } of placements.values()) if (file && rules.ffn) assertChain(file, rules.ffn, devices);
  const digitalUnit: DigitalUnitProfile = digitalUnitOf(readYaml(directory, 'digital-unit.yaml'));
  return { devices, placements, digitalUnit };
}

/** A rule for every operation; one for `ffn`, which replaces others, only where it is asked for. */
function rulesOf(fallback: string, rules: Partial<Record<Operation, string>>): PlacementRules {
  const all = OPERATIONS.map((operation) => [operation, rules[operation] ?? fallback]);
  return Object.fromEntries(all.filter(([operation]) => operation !== 'ffn' || rules.ffn)) as PlacementRules;
}

/** Whether a device of the profile runs a fused `ffn`. */
export const hasChain = ({ kind, chain }: DeviceProfile): boolean =>
  KINDS.get(kind)?.ffn === 'bare' || chain !== undefined;

/** @throws OhmlightError `invalid_profile` where a placement's rule for `ffn` names a device without a chain. */
function assertChain(file: string, name: string, devices: ReadonlyMap<string, DeviceProfile>): void {
  if (hasChain(devices.get(name)!)) return;
  const able = [...devices.values()].filter(hasChain).map((profile) => profile.name);
  throw new OhmlightError(
    'invalid_profile',
    `${file}: rules.ffn: device profile "${name}" has no chain: give it the group chain where its kind has one, or name ${able.join(' or ')}; without the rule gate_up and down run apart`,
  );
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

const placementOf = (file: YamlFile): z.infer<typeof placementSchema> => named(file, checked(file, placementSchema));

const digitalUnitOf = (file: YamlFile): DigitalUnitProfile => named(file, checked(file, digitalUnitSchema));

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** The profile of a file, over what it extends. */
function deviceOf(file: YamlFile, files: readonly YamlFile[]): DeviceProfile {
  const whole = { ...file, data: inherited(file, files, []) };
  const { kind } = checked(whole, deviceHead);
  return named(whole, checked(whole, deviceSchemas.get(kind)!));
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

/** The data of a file, as its schema has it. */
function checked<T>(yaml: YamlFile, schema: z.ZodType<T>): T {
  const result = schema.safeParse(yaml.data);
  if (result.success) return result.data;
  const reasons = result.error.issues.map((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const reason = issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message;
    return `${yaml.file}:${yaml.lineOf(paths[0]!)}: ${paths.map((path) => path.join('.') || '(top)').join(', ')}: ${reason}`;
  });
  throw new OhmlightError('invalid_profile', reasons.join('; '));
}

function named<T extends { name: string }>(file: YamlFile, data: T): T {
  if (data.name === basename(file.file, '.yaml')) return data;
  throw new OhmlightError(
    'invalid_profile',
    `${file.file}:${file.lineOf(['name'])}: name: "${data.name}" differs from the file's name; make them equal`,
  );
}
