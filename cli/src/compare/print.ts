import { renderTable } from '../table.js';
import { accuracyColumns, type CompareColumn, COST_COLUMNS, PLACEMENT } from './columns.js';
import type { CompareRow } from './rows.js';

/** The rows for a terminal: one table where it fits, else accuracy and cost below one another. */
export function printRows(rows: readonly CompareRow[], width: number): string[] {
  const accuracy = [PLACEMENT, ...accuracyColumns(rows)];
  const whole = table([...accuracy, ...COST_COLUMNS], rows, width);
  if (whole.every((line) => line.length <= width)) return whole;
  return [...table(accuracy, rows, width), '', ...table([PLACEMENT, ...COST_COLUMNS], rows, width)];
}

function table(columns: readonly CompareColumn[], rows: readonly CompareRow[], width: number): string[] {
  return renderTable(
    columns,
    rows.map((row) => columns.map(({ cell }) => cell(row))),
    width,
  );
}
