import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type PlacementRules, profileFor, ruleKey } from '@ohmlight/contracts';
import { loadProfiles, type Profiles } from '@ohmlight/devices';
import { Failure } from '../failure.js';
import { writeFileOrFail } from '../compare/write-file.js';

/** First line of the files that the command writes, and may write again. */
const MARK = '# Found by `npx ohmlight place`';

export const placementPath = (profileDirectory: string, name: string): string =>
  join(profileDirectory, 'placements', `${name}.yaml`);

/** @throws Failure where the name is taken, by a device profile or by a file that this command did not write. */
export async function assertFree(
  profiles: Pick<Profiles, 'devices'>,
  profileDirectory: string,
  name: string,
  force: boolean,
): Promise<void> {
  if (profiles.devices.has(name))
    throw new Failure(`"${name}" is a device profile, and so a placement already; name another with --name`);
  const file = placementPath(profileDirectory, name);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== undefined && !text.startsWith(MARK) && !force)
    throw new Failure(`${file} was not written by this command; name another with --name, or add --force`);
}

/** The file of a placement. @param notes Lines of comment. */
export function placementText(
  name: string,
  description: string,
  rules: PlacementRules,
  notes: readonly string[],
): string {
  const [fallback, ...others] = rules;
  return [
    `${MARK}: docs/guides/place.md tells how.`,
    ...notes.map((note) => `# ${note}`),
    `name: ${name}`,
    `description: '${description.replaceAll("'", "''")}'`,
    `default: ${fallback!.profile}`,
    ...(others.length > 0 ? ['rules:', ...others.map((rule) => `  ${ruleKey(rule)}: ${rule.profile}`)] : []),
    '',
  ].join('\n');
}

/**
 * Writes a placement's file and reads it again as a service would.
 * @throws Failure when it cannot be written; OhmlightError `invalid_profile` were it not to serve.
 */
export async function writePlacement(
  profileDirectory: string,
  name: string,
  text: string,
  matrices: readonly Parameters<typeof profileOf>[1][],
): Promise<string> {
  const file = placementPath(profileDirectory, name);
  await mkdir(dirname(file), { recursive: true }).catch(() => {});
  await writeFileOrFail(file, text);
  const { rules } = loadProfiles(profileDirectory).placements.get(name)!;
  for (const matrix of matrices)
    if (profileOf(rules, matrix) !== matrix.profile)
      throw new Failure(
        `${file} puts ${matrix.operation} of layer ${matrix.layer} on ${profileOf(rules, matrix)}, not on ${matrix.profile}; report this defect`,
      );
  return file;
}

const profileOf = (
  rules: PlacementRules,
  {
    layer,
    operation,
  }: { readonly layer: number; readonly operation: Parameters<typeof profileFor>[2]; readonly profile: string },
): string | undefined => profileFor(rules, layer, operation);
