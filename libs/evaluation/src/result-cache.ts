import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Finished results as files, so that an interrupted run goes on where it was and a repeated one is at once there. */
export interface ResultCache {
  get(key: string): Promise<unknown>;
  put(key: string, result: unknown): Promise<void>;
}

/** Results in a directory, one JSON file each; a file that cannot be read counts as absent. */
export class FileCache implements ResultCache {
  constructor(private readonly directory: string) {}

  async get(key: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.#path(key), 'utf8')) as unknown;
    } catch {
      return undefined;
    }
  }

  async put(key: string, result: unknown): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    // Whole or not at all: two runs may write the same result, and one may be ended while it writes.
    const temporary = `${this.#path(key)}.${process.pid}`;
    await writeFile(temporary, JSON.stringify(result));
    await rename(temporary, this.#path(key));
  }

  #path(key: string): string {
    return join(this.directory, `${key}.json`);
  }
}
