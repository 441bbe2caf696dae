import { join, resolve } from 'node:path';
import { VERSION } from '@ohmlight/contracts';
import { loadProfiles, type Profiles } from '@ohmlight/devices';
import { allPlacements, subjectOf } from '@ohmlight/evaluation';
import { renderFigure, renderReport } from '@ohmlight/plots';
import { checkLoad, type ModelShape, type Shapes, usualContext } from '@ohmlight/projection';
import { Failure } from '../failure.js';
import { readModelShape } from '../model-shape.js';
import { ROOT } from '../paths.js';
import { terminalTable } from '../table-of-rows.js';
import type { Terminal } from '../terminal.js';
import { crossingBlocks } from './crossing-blocks.js';
import { crossingColumns } from './crossing-columns.js';
import { crossingFigure } from './crossing-figure.js';
import { updateCrossings } from './crossing-markdown.js';
import { CROSSING_BATCHES, crossingsOf, SERVED_ELEMENT_BYTES, type ShapeRow } from './crossings.js';
import { defaultOpponents, type CompareOptions } from './options.js';
import { readSharding } from './setting.js';
import { writeFileOrFail } from './write-file.js';

/** `ohmlight compare --shapes`: costs by batch from a config.json alone. @throws Failure or OhmlightError */
export async function compareShapes(
  options: CompareOptions & { readonly shapes: string },
  terminal: Terminal,
): Promise<void> {
  const shape = await readModelShape(options.shapes);
  const { name } = shape;
  if (shape.experts)
    throw new Failure(
      `${name} has experts, whose batches differ from the step's; ask npx ohmlight project --model ${options.shapes}`,
    );
  const profiles = loadProfiles(resolve(process.env['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles')));
  const against = opponentsOf(options, profiles);
  const named = options.placements ?? allPlacements(profiles);
  const subjects = [...new Set([...against, ...named])].map((placement) => subjectOf(profiles, placement));
  const batches = options.batches ?? CROSSING_BATCHES;
  const opponents = against.map((placement) => subjectOf(profiles, placement));
  const shapes = shapesOf(shape, options, readSharding().shardColumns);
  const { rows, others } = crossingsOf(subjects, opponents, batches, shapes);
  const unasked = options.placements === undefined;
  if (!unasked && others.length > 0)
    throw new Failure(
      `what ${others.join(', ')} takes follows from activations too; leave it out, or compare on a text, without --shapes`,
    );
  const caption = captionOf(name, shapes, batches);
  if (options.json) terminal.line(JSON.stringify({ rows }, null, 2));
  else print(rows, caption, others, terminal);
  if (options.svg !== undefined) await writeFileOrFail(options.svg, renderFigure(crossingFigure(rows, name)));
  if (options.html !== undefined) await writeFileOrFail(options.html, reportOf(rows, name, caption));
  for (const file of options.markdown ?? []) await updateCrossings(file, name, caption, rows);
}

/** Placements to compare against, those that are named or the digital pool's. */
export const opponentsOf = ({ against }: CompareOptions, profiles: Profiles): readonly string[] =>
  against ?? defaultOpponents(profiles);

/**
 * What crossings of a model follow from.
 * @throws OhmlightError `invalid_value` for a context that the model does not have
 */
export function shapesOf(
  shape: Omit<ModelShape, 'tied' | 'experts'>,
  { context = usualContext(shape), elementBytes = SERVED_ELEMENT_BYTES }: CompareOptions,
  shardColumns: number,
): Shapes {
  checkLoad(shape, { batch: 1, context });
  return { shape, shardColumns, context, elementBytes };
}

function captionOf(name: string, { shardColumns, context, elementBytes }: Shapes, batches: readonly number[]): string {
  return `${name} by its shapes, shards of at most ${shardColumns} columns side by side; the matmuls of a step and the waiting for the digital unit at a context of ${context}, elements of ${elementBytes} bytes, batches of ${batches[0]} to ${batches.at(-1)} rows`;
}

function print(rows: readonly ShapeRow[], caption: string, others: readonly string[], terminal: Terminal): void {
  terminal.line(`${caption}:\n`);
  for (const line of terminalTable(crossingColumns(rows), rows, terminal.columns)) terminal.line(line);
  if (others.length > 0) terminal.line(`\nNot by shapes alone: ${others.join(', ')}.`);
}

const reportOf = (rows: readonly ShapeRow[], name: string, caption: string): string =>
  renderReport({
    title: `${name}: from which batch on a placement undercuts the digital pool`,
    summary: `${caption}.`,
    sections: [{ heading: 'Crossings', blocks: crossingBlocks(rows, name) }],
    footer: `Ohmlight ${VERSION}, npx ohmlight compare --shapes --html.`,
  });
