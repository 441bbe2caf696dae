import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../failure.js';

/**
 * Writes a file whole or not at all: whoever reads it meanwhile, or after this process is ended, finds the old or the new.
 * @throws Failure when the file cannot be written
 */
export async function writeFileOrFail(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw unwritable(file, error);
  }
}

/**
 * Asked before long work whose result goes to these files: that it is not done for nothing.
 * @throws Failure when one could not be written
 */
export async function mustBeWritable(...files: readonly (string | undefined)[]): Promise<void> {
  for (const file of files) {
    if (file === undefined) continue;
    try {
      await access(dirname(file), constants.W_OK);
      const target = await stat(file).catch(() => undefined);
      if (target?.isDirectory()) throw Object.assign(new Error(file), { code: 'EISDIR' });
    } catch (error) {
      throw unwritable(file, error);
    }
  }
}

const unwritable = (file: string, error: unknown): Failure =>
  new Failure(
    `${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a file in a directory that exists`,
  );
