import { readFile } from 'node:fs/promises';
import { OhmlightError } from '@ohmlight/contracts';

/**
 * The JSON object in a file.
 * @throws OhmlightError `checkpoint_not_found` when the file is missing; `invalid_checkpoint` when it is no JSON object.
 */
export async function readJsonObject(path: string): Promise<Record<string, unknown>> {
  const value = await readJsonObjectIfPresent(path);
  if (value) return value;
  throw new OhmlightError('checkpoint_not_found', `${path} is missing; point OHMLIGHT_CHECKPOINTS at a checkpoint`);
}

/** As readJsonObject, but undefined when the file is missing. */
export async function readJsonObjectIfPresent(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OhmlightError('invalid_checkpoint', `${path} is not JSON: ${(cause as Error).message}`, null, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OhmlightError('invalid_checkpoint', `${path} holds no JSON object`);
  return value as Record<string, unknown>;
}

/** The text of a file; undefined when it is missing. */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new OhmlightError('invalid_checkpoint', `${path} cannot be read: ${(cause as Error).message}`, null, {
      cause,
    });
  }
}

/** Whether an error of node:fs says that the path does not exist. */
export function isMissing(thrown: unknown): boolean {
  const code = (thrown as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
