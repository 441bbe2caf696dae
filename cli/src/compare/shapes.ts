import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { VERSION } from '@ohmlight/contracts';
import { loadProfiles, type Profiles } from '@ohmlight/devices';
import { allPlacements, subjectOf } from '@ohmlight/evaluation';
import { renderFigure, renderReport } from '@ohmlight/plots';
import { type LlamaConfig, parseConfig } from '@ohmlight/transformer';
import { Failure } from '../failure.js';
import { ROOT } from '../paths.js';
import { renderTable } from '../table.js';
import type { Terminal } from '../terminal.js';
import { crossingBlocks } from './crossing-blocks.js';
import { crossingColumns } from './crossing-columns.js';
import { crossingFigure } from './crossing-figure.js';
import { updateCrossings } from './crossing-markdown.js';
import { CROSSING_BATCHES, crossingsOf, type ShapeRow } from './crossings.js';
import { defaultOpponents, type CompareOptions } from './options.js';
import { readSharding } from './setting.js';
import { writeFileOrFail } from './write-file.js';

/** `ohmlight compare --shapes`: costs by batch from a config.json alone. @throws Failure or OhmlightError */
export async function compareShapes(
  options: CompareOptions & { readonly shapes: string },
  terminal: Terminal,
): Promise<void> {
  const { name, config } = await readShapes(options.shapes);
  const profiles = loadProfiles(resolve(process.env['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles')));
  const against = opponentsOf(options, profiles);
  const named = options.placements ?? allPlacements(profiles);
  const subjects = [...new Set([...against, ...named])].map((placement) => subjectOf(profiles, placement));
  const { shardColumns } = readSharding();
  const batches = options.batches ?? CROSSING_BATCHES;
  const opponents = against.map((placement) => subjectOf(profiles, placement));
  const { rows, others } = crossingsOf(subjects, opponents, batches, { config, shardColumns });
  const unasked = options.placements === undefined;
  if (!unasked && others.length > 0)
    throw new Failure(
      `what ${others.join(', ')} takes follows from activations too; leave it out, or compare on a text, without --shapes`,
    );
  const caption = captionOf(name, shardColumns, batches);
  if (options.json) terminal.line(JSON.stringify({ rows }, null, 2));
  else print(rows, caption, others, terminal);
  if (options.svg !== undefined) await writeFileOrFail(options.svg, renderFigure(crossingFigure(rows, name)));
  if (options.html !== undefined) await writeFileOrFail(options.html, reportOf(rows, name, caption));
  for (const file of options.markdown ?? []) await updateCrossings(file, name, caption, rows);
}

/** Placements to compare against, those that are named or the digital pool's. */
export const opponentsOf = ({ against }: CompareOptions, profiles: Profiles): readonly string[] =>
  against ?? defaultOpponents(profiles);

function captionOf(name: string, shardColumns: number, batches: readonly number[]): string {
  return `${name} by its shapes, shards of at most ${shardColumns} columns side by side; the matmuls of a step, batches of ${batches[0]} to ${batches.at(-1)} rows`;
}

function print(rows: readonly ShapeRow[], caption: string, others: readonly string[], terminal: Terminal): void {
  const columns = crossingColumns(rows);
  terminal.line(`${caption}:\n`);
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  for (const line of renderTable(columns, cells, terminal.columns)) terminal.line(line);
  if (others.length > 0) terminal.line(`\nNot by shapes alone: ${others.join(', ')}.`);
}

const reportOf = (rows: readonly ShapeRow[], name: string, caption: string): string =>
  renderReport({
    title: `${name}: from which batch on a placement undercuts the digital pool`,
    summary: `${caption}.`,
    sections: [{ heading: 'Crossings', blocks: crossingBlocks(rows, name) }],
    footer: `Ohmlight ${VERSION}, npx ohmlight compare --shapes --html.`,
  });

/** @throws Failure when there is no JSON; OhmlightError of a configuration that is not of the Llama form */
async function readShapes(path: string): Promise<{ name: string; config: LlamaConfig }> {
  const full = resolve(path);
  const directory = await stat(full).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = directory ? join(full, 'config.json') : full;
  const inside = directory || basename(file) === 'config.json';
  const name = inside ? basename(dirname(file)) : basename(file, '.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new Failure(
      code === undefined
        ? `${file} is no JSON; name a config.json with --shapes`
        : `${file} cannot be read (${code}); name a config.json, or a directory that has one, with --shapes`,
    );
  }
  if (typeof json !== 'object' || json === null)
    throw new Failure(`${file} holds no object; name a config.json with --shapes`);
  return { name, config: parseConfig(json, file) };
}
