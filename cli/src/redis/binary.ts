import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Redis server on PATH, or Valkey; undefined when neither is there. */
export function findRedisServer(path = process.env['PATH'] ?? ''): string | undefined {
  for (const name of ['redis-server', 'valkey-server'])
    for (const directory of path.split(delimiter).filter(Boolean)) {
      const file = join(directory, name);
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // not here
      }
    }
  return undefined;
}
