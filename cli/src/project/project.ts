import { join, resolve } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { renderFigure } from '@ohmlight/plots';
import { type ModelShape, parametersOf, usualContext } from '@ohmlight/projection';
import { writeFileOrFail } from '../compare/write-file.js';
import { markersOf, updateBlock } from '../markdown-block.js';
import { readModelShape } from '../model-shape.js';
import { ROOT } from '../paths.js';
import { ProgressBar } from '../progress-bar.js';
import type { Terminal } from '../terminal.js';
import { batchFigure } from './figures.js';
import type { ProjectOptions } from './options.js';
import { markdownOutcome, printOutcome } from './print.js';
import { type Outcome, renderProjectReport } from './report.js';
import { modelOf, rowOf } from './rows.js';
import { crossingsOf, rivalsOf, type RunInput, runProjections } from './run.js';

/** `ohmlight project`. @throws Failure or OhmlightError with one line */
export async function projectModel(options: ProjectOptions, terminal: Terminal): Promise<void> {
  const shape = await readModelShape(options.model);
  const outcome = projectOutcome(options, shape);
  const { rows, crossings } = outcome;
  if (options.json) terminal.line(JSON.stringify({ model: modelOf(shape), rows, crossings }, null, 2));
  else for (const line of printOutcome(outcome, terminal.columns)) terminal.line(line);
  if (options.html !== undefined) await writeFileOrFail(options.html, renderProjectReport(outcome));
  if (options.svg !== undefined) await writeFileOrFail(options.svg, renderFigure(batchFigure(outcome)));
  for (const file of options.markdown ?? []) await updateBlock(file, markdownOutcome(outcome), markersOf('project'));
}

/** Everything that is printed, computed. */
export function projectOutcome(
  options: Pick<
    ProjectOptions,
    'batch' | 'context' | 'placements' | 'against' | 'devices' | 'chips' | 'amortise' | 'elementBytes'
  >,
  shape: ModelShape,
): Outcome {
  const profiles = loadProfiles(resolve(process.env['OHMLIGHT_PROFILES'] ?? join(ROOT, 'profiles')));
  const { batch, context = [usualContext(shape)], placements, devices, chips, amortise, elementBytes } = options;
  const assumptions = { devices, chips, amortisedOver: amortise, elementBytes };
  const bar = new ProgressBar('projecting', process.stderr);
  let projected;
  try {
    projected = runProjections({ shape, profiles, placements, batch, context, assumptions }, (done, total, next) =>
      bar.show(done / total, `${done}/${total} ${next}`),
    );
  } finally {
    bar.end();
  }
  const rivals = rivalsOf(projected, options.against);
  return {
    caption: captionOf(shape, { ...options, context }),
    model: shape.name,
    projected,
    rivals,
    rows: projected.flatMap(({ asked }) => asked.map(rowOf)),
    crossings: crossingsOf(projected, rivals),
  };
}

function captionOf(
  shape: ModelShape,
  {
    batch,
    context,
    chips,
    devices,
    amortise,
    elementBytes,
  }: Parameters<typeof projectOutcome>[0] & Pick<RunInput, 'context'>,
): string {
  const parameters = (parametersOf(shape) / 1e9).toPrecision(3);
  const experts = shape.experts ? `, ${shape.experts.active} of ${shape.experts.count} experts for a token` : '';
  const limit = chips === undefined ? '' : `; ${chips} chips for weights that stay`;
  const divided = devices === 1 ? '' : `; matrices over ${devices} accelerators`;
  return `${shape.name}, ${parameters} G parameters${experts}: decode steps of ${batch.join(', ')} ${batch.every((count) => count === 1) ? 'sequence' : 'sequences'} at a context of ${context.join(', ')}, from shapes alone. Elements of ${elementBytes} bytes; programming spread over ${amortise.toExponential(0)} tokens${divided}${limit}.`;
}
