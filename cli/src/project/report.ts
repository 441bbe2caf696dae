import { VERSION } from '@ohmlight/contracts';
import { type Figure, renderFigure, renderReport, type ReportBlock } from '@ohmlight/plots';
import type { Crossing } from '@ohmlight/projection';
import { CROSSING_COLUMNS, projectColumns, type TableColumn } from './columns.js';
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

function table<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): ReportBlock {
  return {
    kind: 'table',
    columns: columns.map(({ title, align }) => ({ title, ...(align && { align }) })),
    rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
  };
}

/** A projection as one HTML page. */
export function renderProjectReport(outcome: Outcome): string {
  const { caption, model, rows, crossings } = outcome;
  return renderReport({
    title: `${model}, projected`,
    summary: caption,
    sections: [
      { heading: 'What a token costs', blocks: [table(projectColumns(rows), rows)] },
      { heading: 'Against batch', blocks: [figure(batchFigure(outcome))] },
      { heading: 'Against context', blocks: [figure(contextFigure(outcome))] },
      { heading: 'Where the energy goes', blocks: [figure(shareFigure(outcome))] },
      ...(crossings.length > 0
        ? [
            {
              heading: 'Where placements change places with accelerators',
              blocks: [table(CROSSING_COLUMNS, crossings)],
            },
          ]
        : []),
    ],
    footer: `Ohmlight ${VERSION}, npx ohmlight project --html.`,
  });
}
