import { join, resolve } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { validate as validateProfiles } from '@ohmlight/validation';
import { Failure } from '../failure.js';
import { markersOf, updateBlock } from '../markdown-block.js';
import { ROOT } from '../paths.js';
import { ProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';
import { markdownRows, printRows } from './print.js';

export interface ValidateOptions {
  readonly json?: boolean;
  readonly markdown?: readonly string[];
}

/** `ohmlight validate`. @throws Failure naming the rows that fail, after all have been printed */
export async function validate({ json, markdown = [] }: ValidateOptions, terminal: Terminal): Promise<void> {
  const profiles = loadProfiles(resolve(process.env['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles')));
  const bar = new ProgressBar('validating', process.stderr);
  let rows;
  try {
    rows = validateProfiles(profiles, (finished, total, next) => bar.show(finished / total, next));
  } finally {
    bar.end();
  }
  if (json) terminal.line(JSON.stringify({ rows }, null, 2));
  else for (const line of printRows(rows, terminal.columns)) terminal.line(line);
  for (const file of markdown) await updateBlock(file, markdownRows(rows), markersOf('validate'));
  const failed = rows.filter(({ status }) => status === 'fail');
  if (failed.length > 0)
    throw new Failure(
      `${failed.length} of ${rows.length} rows fail: ${failed.map(({ family, name }) => `${family}: ${name}`).join('; ')}; a profile or a law has changed: mend it, or state in the row why it misses`,
    );
}
