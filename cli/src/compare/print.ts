import { renderTable } from '../table.js';
import { accuracyColumns, type CompareColumn, costColumns, PLACEMENT } from './columns.js';
import type { CompareRow } from './rows.js';

/** The rows for a terminal: one table where it fits, else accuracy and cost below one another. */
export function printRows(rows: readonly CompareRow[], width: number): string[] {
  const accuracy = [PLACEMENT, ...accuracyColumns(rows)];
  const cost = costColumns(rows);
  const whole = table([...accuracy, ...cost], rows, width);
  if (whole.every((line) => line.length <= width)) return whole;
  return [...table(accuracy, rows, width), '', ...table([PLACEMENT, ...cost], rows, width)];
}

function table(columns: readonly CompareColumn[], rows: readonly CompareRow[], width: number): string[] {
  return renderTable(
    columns,
    rows.map((row) => columns.map(({ cell }) => cell(row))),
    width,
  );
}
