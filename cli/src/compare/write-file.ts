import { writeFile } from 'node:fs/promises';
import { Failure } from '../failure.js';

/** @throws Failure when the file cannot be written */
export async function writeFileOrFail(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new Failure(
      `${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a file in a directory that exists`,
    );
  }
}
