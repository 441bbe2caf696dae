import { basename } from 'node:path';
import { REFERENCE_PLACEMENT } from '@ohmlight/devices';
import { allPlacements, type Evaluation, evaluate, type Outcome, perplexityOf, subjectOf } from '@ohmlight/evaluation';
import { counted } from '../counted.js';
import { Failure } from '../failure.js';
import { ProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';
import { CROSSING_BATCHES, crossingsOf, type ShapeRow } from './crossings.js';
import { mustTakeTable, updateMarkdown } from './markdown.js';
import type { CompareOptions } from './options.js';
import { failWith } from './outcomes.js';
import { printRows } from './print.js';
import { comparePrompt } from './prompt.js';
import { renderCompareReport } from './report.js';
import { type CompareRow, rowOf } from './rows.js';
import { type Setting, withSetting } from './setting.js';
import { compareShapes, opponentsOf, shapesOf } from './shapes.js';
import { mustBeWritable, writeFileOrFail } from './write-file.js';

/** `ohmlight compare`. @throws Failure or OhmlightError with one line */
export async function compare(options: CompareOptions, terminal: Terminal): Promise<void> {
  checkTogether(options);
  await mustBeWritable(options.html, options.svg);
  if (options.shapes !== undefined) return compareShapes({ ...options, shapes: options.shapes }, terminal);
  for (const file of options.markdown ?? []) await mustTakeTable(file);
  const { prompt } = options;
  await withSetting(
    options,
    (profiles) => options.placements ?? allPlacements(profiles),
    (setting, signal) =>
      prompt === undefined
        ? compareText(options, setting, terminal, signal)
        : comparePrompt({ ...options, prompt }, setting, terminal, signal),
  );
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
  const crossings = crossingsIn(outcomes, setting, options);
  const rows = rowsOf(outcomes, crossings, options.amortise);
  const caption = captionOf(setting, options.deviceTime, rows);
  if (options.json) terminal.line(JSON.stringify({ rows }, null, 2));
  else if (rows.length > 0) {
    terminal.line(`${caption}:\n`);
    for (const line of printRows(rows, terminal.columns)) terminal.line(line);
  }
  if (options.html !== undefined) await writeFileOrFail(options.html, renderCompareReport(rows, setting, crossings));
  for (const file of options.markdown ?? [])
    await updateMarkdown(file, rows, { order: allPlacements(setting.profiles), caption });
  failWith(outcomes);
}

/** What the table is of. */
function captionOf({ input, source, documents }: Setting, deviceTime: number | undefined, rows: readonly CompareRow[]) {
  const age = deviceTime === undefined ? '' : `, ${deviceTime} s after programming`;
  const count = counted(documents, 'document');
  const tokens = (rows[0]?.tokens ?? 0).toLocaleString('en');
  const calibrated = rows.filter((row) => row.calibrated).map(({ placement }) => placement);
  const ranges = calibrated.length === 0 ? '' : `, calibrated: ${calibrated.join(' ')}`;
  return `${input.checkpoint.name} on ${count} of ${basename(source)}, ${tokens} tokens scored${age}${ranges}; modelled cost of one sequence's decode step`;
}

/** Costs by batch of the placements that were compared, and of those that they are held against. */
function crossingsIn(
  outcomes: readonly Outcome<Evaluation>[],
  { profiles, checkpoint, input }: Setting,
  options: CompareOptions,
): readonly ShapeRow[] {
  const against = opponentsOf(options, profiles).map((name) => subjectOf(profiles, name));
  const others = outcomes.map(({ subject }) => subject);
  const own = others.filter(({ placement }) => !against.some((rival) => rival.placement.name === placement.name));
  const shapes = shapesOf({ ...checkpoint.config, name: input.checkpoint.name }, options, input.shardColumns);
  return crossingsOf([...against, ...own], against, options.batches ?? CROSSING_BATCHES, shapes).rows;
}

function rowsOf(
  outcomes: readonly Outcome<Evaluation>[],
  shapeRows: readonly ShapeRow[],
  amortisedOver: number,
): CompareRow[] {
  const done = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome] : []));
  const reference = done.find(({ subject }) => subject.placement.name === REFERENCE_PLACEMENT);
  const perplexity = reference && perplexityOf(reference.result);
  const crossings = new Map(shapeRows.map(({ placement, crossing }) => [placement, crossing]));
  return done.map(({ subject, result }) =>
    rowOf(subject, result, perplexity, crossings.get(subject.placement.name) ?? [], amortisedOver),
  );
}

function checkTogether(options: CompareOptions): void {
  const { prompt, served, html, markdown, documents, deviceTime, shapes, svg } = options;
  const crossings = [options.against, options.batches, options.context, options.elementBytes];
  if (svg !== undefined && shapes === undefined)
    throw new Failure('--svg is the plot of --shapes; add it, or write a report with --html');
  if (prompt !== undefined && crossings.some((option) => option !== undefined))
    throw new Failure(
      '--against, --batches, --context and --element-bytes are of a text or of shapes; leave out --prompt',
    );
  if (prompt === undefined && served !== undefined)
    throw new Failure('--served asks a gateway for answers to a prompt; add --prompt');
  if (served !== undefined && deviceTime !== undefined)
    throw new Failure('a gateway reads its devices as requests say; leave out --device-time or --served');
  if (prompt !== undefined && (html !== undefined || markdown !== undefined || documents !== undefined))
    throw new Failure('--html, --markdown and --documents are of a comparison on a text; leave out --prompt');
}
