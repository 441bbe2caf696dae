import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OhmlightError, type Operation, OPERATIONS } from '@ohmlight/contracts';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { DIGITAL_UNIT, KINDS } from './parameters.js';
import type { DeviceProfile, DigitalUnitProfile, Placement, Profiles } from './profile.js';
import { parametersSchema } from './quantity.js';

const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens');
const text = z.string().trim().min(1);
const head = { name, title: text, description: text };

const deviceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...head,
    kind: z.literal('digital-fp32'),
    pool: z.literal(KINDS['digital-fp32'].pool),
    parameters: parametersSchema(KINDS['digital-fp32'].parameters),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('crossbar'),
    pool: z.literal(KINDS.crossbar.pool),
    parameters: parametersSchema(KINDS.crossbar.parameters).refine((p) => p.g_min.value < p.g_max.value, {
      path: ['g_min', 'value'],
      error: 'g_min must be less than g_max',
    }),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('homodyne'),
    pool: z.literal(KINDS.homodyne.pool),
    parameters: parametersSchema(KINDS.homodyne.parameters),
  }),
]);

const digitalUnitSchema = z.strictObject({ ...head, parameters: parametersSchema(DIGITAL_UNIT) });

const placementSchema = z.strictObject({
  name,
  description: text,
  /** Device profile of every operation that `rules` does not name. */
  default: name,
  rules: z.partialRecord(z.enum(OPERATIONS), name).default({}),
});

/**
 * Reads `devices/*.yaml`, `placements/*.yaml` and `digital-unit.yaml` of a directory and checks them: every
 * parameter present, none unknown, each with its unit and a source.
 *
 * @throws OhmlightError `invalid_profile`, naming file and field; `profile_not_found` where a placement
 *   names a device profile that does not exist, listing those that do.
 */
export function loadProfiles(directory: string): Profiles {
  const devices = new Map<string, DeviceProfile>();
  const placements = new Map<string, Placement>();
  for (const file of yamlFiles(directory, 'devices')) {
    const profile: DeviceProfile = read(directory, file, deviceSchema);
    devices.set(profile.name, profile);
    placements.set(profile.name, {
      name: profile.name,
      description: `${profile.title}, for every operation`,
      rules: everyOperation(() => profile.name),
    });
  }
  if (devices.size === 0)
    throw new OhmlightError('invalid_profile', `${join(directory, 'devices')} holds no device profile (*.yaml)`);
  for (const file of yamlFiles(directory, 'placements')) {
    const { name, description, default: fallback, rules } = read(directory, file, placementSchema);
    if (placements.has(name))
      throw new OhmlightError(
        'invalid_profile',
        `${file}: name: "${name}" is a device profile already; call it otherwise`,
      );
    placements.set(name, {
      name,
      description,
      file,
      rules: everyOperation((operation) => rules[operation] ?? fallback),
    });
    for (const [field, device] of [['default', fallback], ...Object.entries(rules)] as [string, string][])
      if (!devices.has(device))
        throw new OhmlightError(
          'profile_not_found',
          `${file}: ${field === 'default' ? field : `rules.${field}`}: no device profile "${device}"; there are ${[...devices.keys()].join(', ')}`,
        );
  }
  const digitalUnit: DigitalUnitProfile = read(directory, 'digital-unit.yaml', digitalUnitSchema);
  return { devices, placements, digitalUnit };
}

function everyOperation(device: (operation: Operation) => string): Record<Operation, string> {
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, device(operation)])) as Record<Operation, string>;
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

function read<T extends { name: string }>(directory: string, file: string, schema: z.ZodType<T>): T {
  let source: string;
  try {
    source = readFileSync(join(directory, file), 'utf8');
  } catch (error) {
    throw unreadable(join(directory, file), error);
  }
  const document = parseDocument(source);
  const [fault] = document.errors;
  if (fault) throw new OhmlightError('invalid_profile', `${file}: not YAML: ${fault.message}`, null, { cause: fault });
  const result = schema.safeParse(document.toJS());
  if (!result.success)
    throw new OhmlightError('invalid_profile', `${file}: ${result.error.issues.map(describe).join('; ')}`);
  if (result.data.name !== basename(file, '.yaml'))
    throw new OhmlightError(
      'invalid_profile',
      `${file}: name: "${result.data.name}" differs from the file's name; make them equal`,
    );
  return result.data;
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.') || '(top)';
  if (issue.code === 'unrecognized_keys')
    return `${issue.keys.map((key) => [...issue.path, key].join('.')).join(', ')}: unknown field`;
  return `${path}: ${issue.message}`;
}

function unreadable(path: string, error: unknown): OhmlightError {
  const reason = error instanceof Error ? error.message : String(error);
  return new OhmlightError('invalid_profile', `cannot read ${path} (${reason}); check OHMLIGHT_PROFILES`, null, {
    cause: error,
  });
}
