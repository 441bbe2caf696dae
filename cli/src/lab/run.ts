import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OhmlightError } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import type { AnyExperiment, LabContext, Outcome, Value } from '@ohmlight/lab';
import { renderFigure } from '@ohmlight/plots';
import { Failure } from '../failure.js';
import { ROOT } from '../paths.js';
import { renderTable, significant } from '../table.js';
import type { Terminal } from '../terminal.js';
import type { LabOptions } from './command.js';

const PROFILES = process.env['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles');

/** Progress of a run on standard error: a line that changes on a terminal, nothing elsewhere. */
function progressLine(): { readonly show: (text: string) => void; readonly clear: () => void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: (text) => void stderr.write(`\r\u001b[K${text}`),
    clear: () => void stderr.write('\r\u001b[K'),
  };
}

const cell = (value: Value): string => (typeof value === 'string' ? value : significant(value));

function print({ tables, remarks = [] }: Outcome, terminal: Terminal): void {
  for (const { title, columns, rows } of tables) {
    terminal.line(title);
    const texts = rows.map((row) => row.map(cell));
    // Columns of figures stand to the right, columns of words to the left.
    const right = columns.map((_, c) => texts.every((row) => /^[-−–\d.]/.test(row[c] ?? '')));
    const shaped = columns.map((column, c) => ({
      title: column,
      align: right[c] ? ('right' as const) : ('left' as const),
    }));
    for (const line of renderTable(shaped, texts, terminal.columns)) terminal.line(line);
    terminal.line('');
  }
  for (const remark of remarks) terminal.line(remark);
}

function writePicture(path: string, svg: string): string {
  const full = resolve(path);
  try {
    writeFileSync(full, svg);
  } catch (error) {
    throw new Failure(`cannot write ${full} (${(error as NodeJS.ErrnoException).code}): give another file with --out`);
  }
  return full;
}

/** Runs an experiment, prints its numbers and writes its picture. */
export async function runExperiment(experiment: AnyExperiment, options: LabOptions, terminal: Terminal): Promise<void> {
  const line = progressLine();
  let outcome: Outcome;
  try {
    const context: LabContext = { profiles: loadProfiles(PROFILES), progress: line.show };
    const run = await experiment.load();
    outcome = await run(options as never, context);
  } catch (error) {
    if (error instanceof OhmlightError) throw new Failure(`lab ${experiment.name}: ${error.message}`);
    throw error;
  } finally {
    line.clear();
  }
  const picture = writePicture(options.out ?? `lab-${experiment.name}.svg`, renderFigure(outcome.figure));
  if (options.json) {
    terminal.line(JSON.stringify({ experiment: experiment.name, picture, rows: outcome.rows }));
    return;
  }
  print(outcome, terminal);
  terminal.line(`picture: ${picture}`);
}
