import { rename, rm, writeFile } from 'node:fs/promises';
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
    throw new Failure(
      `${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a file in a directory that exists`,
    );
  }
}
