import { terminalTable } from '../table-of-rows.js';
import { accuracyColumns, costColumns, PLACEMENT } from './columns.js';
import type { CompareRow } from './rows.js';

/** The rows for a terminal: one table where it fits, else accuracy and cost below one another. */
export function printRows(rows: readonly CompareRow[], width: number): string[] {
  const accuracy = [PLACEMENT, ...accuracyColumns(rows)];
  const cost = costColumns(rows);
  const whole = terminalTable([...accuracy, ...cost], rows, width);
  if (whole.every((line) => line.length <= width)) return whole;
  return [...terminalTable(accuracy, rows, width), '', ...terminalTable([PLACEMENT, ...cost], rows, width)];
}
