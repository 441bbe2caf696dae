import { renderFigure, type ReportBlock } from '@ohmlight/plots';
import { reportTable } from '../table-of-rows.js';
import { crossingColumns } from './crossing-columns.js';
import { crossingFigure } from './crossing-figure.js';
import type { ShapeRow } from './crossings.js';

/** Table and plot of crossings in a report. */
export function crossingBlocks(rows: readonly ShapeRow[], name: string): ReportBlock[] {
  return [
    reportTable(crossingColumns(rows), rows, 'By shapes alone; a load of weights is paid once for all rows of a step.'),
    { kind: 'figure', svg: renderFigure(crossingFigure(rows, name)) },
  ];
}
