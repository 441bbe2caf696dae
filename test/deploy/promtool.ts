import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
      `promtool does not start (${error.message}): \`npm test\` brings it on Debian and Ubuntu; elsewhere put it on PATH, Prometheus' own download has it`,
    );
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/**
 * Has promtool parse PromQL expressions, each as the expression of a recording rule.
 * @throws Error with promtool's words when one of them is not PromQL
 */
export function checkQueries(expressions: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'ohmlight-promql-'));
  try {
    const file = join(directory, 'queries.json');
    const rules = expressions.map((expr, i) => ({ record: `query:${i}`, expr }));
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }));
    return promtool('check', 'rules', file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
