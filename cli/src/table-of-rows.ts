import type { ReportBlock } from '@ohmlight/plots';
import { type Column, renderTable } from './table.js';

/** A column of a table of rows: the same on a terminal, in Markdown and in a report. */
export interface RowColumn<Row> extends Column {
  readonly cell: (row: Row) => string;
}

export const right = <Row>(title: string, cell: (row: Row) => string): RowColumn<Row> => ({
  title,
  align: 'right',
  cell,
});

const cellsOf = <Row>(columns: readonly RowColumn<Row>[], rows: readonly Row[]): string[][] =>
  rows.map((row) => columns.map(({ cell }) => cell(row)));

export const terminalTable = <Row>(columns: readonly RowColumn<Row>[], rows: readonly Row[], width: number): string[] =>
  renderTable(columns, cellsOf(columns, rows), width);

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** One line a row. */
export const markdownTable = <Row>(columns: readonly RowColumn<Row>[], rows: readonly Row[]): string =>
  [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...cellsOf(columns, rows).map(line),
  ].join('\n');

/** A column whose cells are code in Markdown. */
export const asCode = <Row>(column: RowColumn<Row>): RowColumn<Row> => ({
  ...column,
  cell: (row) => `\`${column.cell(row)}\``,
});

export const reportTable = <Row>(
  columns: readonly RowColumn<Row>[],
  rows: readonly Row[],
  caption?: string,
): ReportBlock => ({
  kind: 'table',
  ...(caption !== undefined && { caption }),
  columns: columns.map(({ title, align }) => ({ title, ...(align && { align }) })),
  rows: cellsOf(columns, rows),
});
