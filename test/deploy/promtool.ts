import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs promtool in the repository's root.
 * @throws Error with the remedy when promtool is not on PATH, and with promtool's words when it finds a fault.
 */
export function promtool(...args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { cwd: root, encoding: 'utf8' });
  if (error)
    throw new Error(
      `promtool does not start (${error.message}): put it on PATH, on Debian and Ubuntu with \`apt-get install prometheus\``,
    );
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout + stderr;
}
