import { VERSION } from '@ohmlight/contracts';
import { type Figure, renderFigure, renderReport, type ReportBlock } from '@ohmlight/plots';
import type { Crossing } from '@ohmlight/projection';
import { reportTable } from '../table-of-rows.js';
import { CROSSING_COLUMNS, projectColumns } from './columns.js';
import { batchFigure, contextFigure, type Plotted, shareFigure } from './figures.js';
import type { ProjectRow } from './rows.js';

/** Everything that a projection's tables and plots are made of. */
export interface Outcome extends Plotted {
  /** Model, parameters, assumptions, in a sentence or two. */
  readonly caption: string;
  readonly rows: readonly ProjectRow[];
  readonly crossings: readonly Crossing[];
}

const figure = (description: Figure): ReportBlock => ({ kind: 'figure', svg: renderFigure(description) });

/** A projection as one HTML page. */
export function renderProjectReport(outcome: Outcome): string {
  const { caption, model, rows, crossings } = outcome;
  return renderReport({
    title: `${model}, projected`,
    summary: caption,
    sections: [
      { heading: 'What a token costs', blocks: [reportTable(projectColumns(rows), rows)] },
      { heading: 'Against batch', blocks: [figure(batchFigure(outcome))] },
      { heading: 'Against context', blocks: [figure(contextFigure(outcome))] },
      { heading: 'Where the energy goes', blocks: [figure(shareFigure(outcome))] },
      ...(crossings.length > 0
        ? [
            {
              heading: 'Where placements change places with accelerators',
              blocks: [reportTable(CROSSING_COLUMNS, crossings)],
            },
          ]
        : []),
    ],
    footer: `Ohmlight ${VERSION}, npx ohmlight project --html.`,
  });
}
