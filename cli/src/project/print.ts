import { renderTable, wrapText } from '../table.js';
import { CROSSING_COLUMNS, projectColumns, type TableColumn } from './columns.js';
import type { Outcome } from './report.js';

function lines<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[], width: number): string[] {
  return renderTable(
    columns,
    rows.map((row) => columns.map(({ cell }) => cell(row))),
    width,
  );
}

/** The tables for a terminal; crossings against the first accelerator alone, along batch. */
export function printOutcome({ caption, rows, crossings }: Outcome, width: number): string[] {
  const first = crossings[0]?.rival;
  const shown = crossings.filter(({ rival, along }) => rival === first && along === 'batch');
  return [
    ...wrapText(caption, width),
    '',
    ...lines(projectColumns(rows), rows, width),
    ...(shown.length > 0 ? ['', ...lines(CROSSING_COLUMNS, shown, width)] : []),
  ];
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function markdown<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...rows.map((row) => line(columns.map(({ cell }) => cell(row)))),
  ].join('\n');
}

/** The tables as Markdown. */
export function markdownOutcome({ caption, rows, crossings }: Outcome): string {
  const first = crossings[0]?.rival;
  const shown = crossings.filter(({ rival, along }) => rival === first && along === 'batch');
  return [
    caption,
    markdown(projectColumns(rows), rows),
    ...(shown.length > 0 ? [markdown(CROSSING_COLUMNS, shown)] : []),
  ].join('\n\n');
}
