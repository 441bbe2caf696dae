import { wrapText } from '../table.js';
import { markdownTable, terminalTable } from '../table-of-rows.js';
import { CROSSING_COLUMNS, projectColumns } from './columns.js';
import type { Outcome } from './report.js';

/** The tables for a terminal; crossings against the first accelerator alone, along batch. */
export function printOutcome({ caption, rows, crossings }: Outcome, width: number): string[] {
  const first = crossings[0]?.rival;
  const shown = crossings.filter(({ rival, along }) => rival === first && along === 'batch');
  return [
    ...wrapText(caption, width),
    '',
    ...terminalTable(projectColumns(rows), rows, width),
    ...(shown.length > 0 ? ['', ...terminalTable(CROSSING_COLUMNS, shown, width)] : []),
  ];
}

/** The tables as Markdown. */
export function markdownOutcome({ caption, rows, crossings }: Outcome): string {
  const first = crossings[0]?.rival;
  const shown = crossings.filter(({ rival, along }) => rival === first && along === 'batch');
  return [
    caption,
    markdownTable(projectColumns(rows), rows),
    ...(shown.length > 0 ? [markdownTable(CROSSING_COLUMNS, shown)] : []),
  ].join('\n\n');
}
