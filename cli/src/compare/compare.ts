import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { REFERENCE_PLACEMENT } from '@ohmlight/devices';
import { allPlacements, type Evaluation, evaluate, type Outcome, perplexityOf } from '@ohmlight/evaluation';
import { interruption } from '../commands/interrupt.js';
import { Failure } from '../failure.js';
import { ProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';
import { updateMarkdown } from './markdown.js';
import type { CompareOptions } from './options.js';
import { failWith } from './outcomes.js';
import { printRows } from './print.js';
import { comparePrompt } from './prompt.js';
import { renderCompareReport } from './report.js';
import { type CompareRow, rowOf } from './rows.js';
import { readSetting, type Setting } from './setting.js';

/** `ohmlight compare`. @throws Failure or OhmlightError with one line */
export async function compare(options: CompareOptions, terminal: Terminal): Promise<void> {
  checkTogether(options);
  const signal = interruption();
  const setting = await readSetting(options);
  try {
    if (options.prompt === undefined) await compareText(options, setting, terminal, signal);
    else await comparePrompt({ ...options, prompt: options.prompt }, setting, terminal, signal);
  } finally {
    await setting.checkpoint.close();
  }
}

async function compareText(
  options: CompareOptions,
  setting: Setting,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { input, subjects, cache } = setting;
  const bar = new ProgressBar('evaluating', process.stderr);
  const outcomes = await evaluate({
    input,
    subjects,
    cache,
    signal,
    workers: options.workers,
    onProgress: ({ share, finished, total, running }) => bar.show(share, `${finished}/${total} ${running.join(', ')}`),
  }).finally(() => bar.end());
  const rows = rowsOf(outcomes);
  const caption = captionOf(setting, options.deviceTime, rows);
  if (options.json) terminal.line(JSON.stringify({ rows }, null, 2));
  else if (rows.length > 0) {
    terminal.line(`${caption}:\n`);
    for (const line of printRows(rows, terminal.columns)) terminal.line(line);
  }
  if (options.html !== undefined) await writeReport(options.html, renderCompareReport(rows, setting));
  for (const file of options.markdown ?? [])
    await updateMarkdown(file, rows, { order: allPlacements(setting.profiles), caption });
  failWith(outcomes);
}

/** What the table is of. */
function captionOf({ input, source, documents }: Setting, deviceTime: number | undefined, rows: readonly CompareRow[]) {
  const age = deviceTime === undefined ? '' : `, ${deviceTime} s after programming`;
  const count = documents === 1 ? '1 document' : `${documents} documents`;
  const tokens = (rows[0]?.tokens ?? 0).toLocaleString('en');
  const calibrated = rows.filter((row) => row.calibrated).map(({ placement }) => placement);
  const ranges = calibrated.length === 0 ? '' : `, calibrated: ${calibrated.join(' ')}`;
  return `${input.checkpoint.name} on ${count} of ${basename(source)}, ${tokens} tokens scored${age}${ranges}; modelled cost of one sequence's decode step`;
}

function rowsOf(outcomes: readonly Outcome<Evaluation>[]): CompareRow[] {
  const done = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome] : []));
  const reference = done.find(({ subject }) => subject.placement.name === REFERENCE_PLACEMENT);
  const perplexity = reference && perplexityOf(reference.result);
  return done.map(({ subject, result }) => rowOf(subject, result, perplexity));
}

async function writeReport(file: string, html: string): Promise<void> {
  try {
    await writeFile(file, html);
  } catch (error) {
    throw new Failure(
      `${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a file in a directory that exists`,
    );
  }
}

function checkTogether({ prompt, served, html, markdown, documents, deviceTime }: CompareOptions): void {
  if (prompt === undefined && served !== undefined)
    throw new Failure('--served asks a gateway for answers to a prompt; add --prompt');
  if (served !== undefined && deviceTime !== undefined)
    throw new Failure('a gateway reads its devices as requests say; leave out --device-time or --served');
  if (prompt !== undefined && (html !== undefined || markdown !== undefined || documents !== undefined))
    throw new Failure('--html, --markdown and --documents are of a comparison on a text; leave out --prompt');
}
