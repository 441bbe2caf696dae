import { renderFigure, type ReportBlock } from '@ohmlight/plots';
import { crossingColumns } from './crossing-columns.js';
import { crossingFigure } from './crossing-figure.js';
import type { ShapeRow } from './crossings.js';

/** Table and plot of crossings in a report. */
export function crossingBlocks(rows: readonly ShapeRow[], name: string): ReportBlock[] {
  const columns = crossingColumns(rows);
  return [
    {
      kind: 'table',
      caption: 'By shapes alone; a load of weights is paid once for all rows of a step.',
      columns: columns.map(({ title, align }) => ({ title, ...(align && { align }) })),
      rows: rows.map((row) => columns.map(({ cell }) => cell(row))),
    },
    { kind: 'figure', svg: renderFigure(crossingFigure(rows, name)) },
  ];
}
