import { terminalTable } from '../table-of-rows.js';
import { accuracyColumns, costColumns, energyColumns, PLACEMENT } from './columns.js';
import type { CompareRow } from './rows.js';

/** The rows for a terminal: one table where it fits, else accuracy, cost and energy below one another. */
export function printRows(rows: readonly CompareRow[], width: number): string[] {
  const groups = [accuracyColumns(rows), costColumns(rows), energyColumns];
  const whole = terminalTable([PLACEMENT, ...groups.flat()], rows, width);
  if (whole.every((line) => line.length <= width)) return whole;
  return groups.flatMap((columns, i) => [
    ...(i > 0 ? [''] : []),
    ...terminalTable([PLACEMENT, ...columns], rows, width),
  ]);
}
