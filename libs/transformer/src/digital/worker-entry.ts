import { OhmlightError } from '@ohmlight/contracts';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The built file of the digital unit's thread. A thread starts as plain JavaScript: where this package runs from its
 * sources (tests), the build stands beside them.
 *
 * @param from URL of this file.
 * @throws OhmlightError `internal_error` where it is not built.
 */
export function workerEntry(from = import.meta.url): URL {
  const entry = from.endsWith('.ts')
    ? new URL('../../dist/digital/digital-worker.js', from)
    : new URL('./digital-worker.js', from);
  if (!existsSync(entry))
    throw new OhmlightError(
      'internal_error',
      `${fileURLToPath(entry)} is missing: run "npm run build", or set OHMLIGHT_DIGITAL_UNIT=inline`,
    );
  return entry;
}
