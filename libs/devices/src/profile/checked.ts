import { basename } from 'node:path';
import { OhmlightError } from '@ohmlight/contracts';
import type { z } from 'zod';
import type { YamlFile } from './read-yaml.js';

/**
 * The data of a file, as its schema has it.
 * @throws OhmlightError `invalid_profile`, naming file, line and field of everything at fault.
 */
export function checked<T>(yaml: YamlFile, schema: z.ZodType<T>): T {
  const result = schema.safeParse(yaml.data);
  if (result.success) return result.data;
  const reasons = result.error.issues.map((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const reason = issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message;
    return `${yaml.file}:${yaml.lineOf(paths[0]!)}: ${paths.map((path) => path.join('.') || '(top)').join(', ')}: ${reason}`;
  });
  throw new OhmlightError('invalid_profile', reasons.join('; '));
}

/** @throws OhmlightError `invalid_profile` where the name in a file is not the file's. */
export function named<T extends { name: string }>(file: YamlFile, data: T): T {
  if (data.name === basename(file.file, '.yaml')) return data;
  throw new OhmlightError(
    'invalid_profile',
    `${file.file}:${file.lineOf(['name'])}: name: "${data.name}" differs from the file's name; make them equal`,
  );
}
