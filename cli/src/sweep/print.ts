import { nats } from '../compare/columns.js';
import { type Column, renderTable, significant } from '../table.js';
import { isDone, type SweepRow } from './rows.js';

const TITLES = ['perplexity', 'KL, nats', 'top-1', 'ms/token', 'µJ/token', 'without digital unit', 'mm²'];

/** Columns of a table of the points. */
export const sweepColumns = (fields: readonly string[]): Column[] => [
  { title: '' },
  ...[...fields, ...TITLES].map((title): Column => ({ title, align: 'right' })),
  { title: 'why not', wraps: true },
];

/** Cells of a point; `*` marks those of the front. */
export function sweepCells(fields: readonly string[], row: SweepRow): string[] {
  const point = [row.front ? '*' : '', ...fields.map((field) => String(row.point[field]))];
  if (!isDone(row)) return [...point, ...TITLES.map(() => '–'), row.reason];
  return [
    ...point,
    row.perplexity < 1e4 ? row.perplexity.toFixed(3) : row.perplexity.toPrecision(3),
    nats(row.kl_nats),
    `${(100 * row.agreement).toFixed(1)} %`,
    significant(row.seconds_per_token * 1e3),
    significant(row.joules_per_token * 1e6),
    significant(row.matmul_joules * 1e6),
    significant(row.square_metres === null ? null : row.square_metres * 1e6),
    '',
  ];
}

/** The points for a terminal; without the last column where every one is done. */
export function printSweep(fields: readonly string[], rows: readonly SweepRow[], width: number): string[] {
  const columns = sweepColumns(fields).slice(0, rows.every(isDone) ? -1 : undefined);
  return renderTable(
    columns,
    rows.map((row) => sweepCells(fields, row).slice(0, columns.length)),
    width,
  );
}
