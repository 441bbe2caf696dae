import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { KNOWN_MODELS, knownModel, type ModelShape, parseModelShape } from '@ohmlight/projection';
import { Failure } from './failure.js';

/**
 * The sizes of a model that has a name here, or of a config.json: the file, or a directory that has it, whose name is
 * the model's.
 * @throws Failure or OhmlightError for what is neither, and for what the file lacks
 */
export async function readModelShape(named: string): Promise<ModelShape> {
  if (Object.hasOwn(KNOWN_MODELS, named)) return knownModel(named);
  const found = await stat(named).catch(() => undefined);
  if (!found && !/[./\\]json$|[/\\]/.test(named)) return knownModel(named);
  const file = found?.isDirectory() ? join(named, 'config.json') : named;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}); name a config.json, a directory that has one, or one of ${Object.keys(KNOWN_MODELS).join(', ')}`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Failure(`${file} is not JSON; name a config.json as Hugging Face tools write it`);
  }
  return { ...parseModelShape(json, file), name: nameOf(file) };
}

const nameOf = (file: string): string =>
  basename(file) === 'config.json' ? basename(dirname(resolve(file))) : basename(file, '.json');
