import { COMPONENTS } from '@ohmlight/contracts';
import { significant } from '../table.js';
import { right, type RowColumn } from '../table-of-rows.js';
import { figure } from './columns.js';
import { type CrossingRow, opponentsIn, type ShapeRow } from './crossings.js';

/** A column of the table of crossings. */
export type CrossingColumn = RowColumn<ShapeRow>;

/** Costs of a step of one row and of one row more, and from which batch on each opponent is undercut. */
export function crossingColumns(rows: readonly ShapeRow[]): CrossingColumn[] {
  const opponents = opponentsIn(rows);
  const last = rows[0]!.batches.at(-1)!.batch;
  const against = (what: 'seconds' | 'joules', title: (name: string) => string): CrossingColumn[] =>
    opponents.map((name) => right(title(name), (row) => cellOf(row, name, what, last)));
  return [
    { title: 'placement', cell: ({ placement }) => placement },
    right('load, ms', (row) => figure(row.reload_seconds * 1e3)),
    right('step of 1 row, ms', (row) => figure(row.seconds * 1e3)),
    right('a row more, µs', (row) => figure(row.row_seconds * 1e6)),
    ...against('seconds', (name) => `faster than ${name}`),
    right('step of 1 row, mJ', (row) => figure(row.joules * 1e3)),
    right('a row more, mJ', (row) => figure(row.row_joules * 1e3)),
    right('most of it', largestPart),
    ...against('joules', (name) => `less energy than ${name}`),
  ];
}

function cellOf({ crossing }: ShapeRow, name: string, what: 'seconds' | 'joules', last: number): string {
  const own = crossing.find(({ against }) => against === name);
  return own ? rangesText(own[what], last) : '–';
}

/**
 * Batches at which less is taken, in words. Where there are none: whether a row costs more than the other's, so that no
 * batch will do, or the load alone stands in the way.
 */
export function rangesText({ ranges, row_ratio: rowRatio }: CrossingRow['seconds'], last: number): string {
  if (ranges.length > 0)
    return ranges
      .map(({ from, to }) => (to === null ? (from === 1 ? 'always' : `from ${from}`) : `${from} to ${to}`))
      .join(', ');
  return rowRatio < 1 ? `beyond ${last}` : `never: a row ${significant(rowRatio)}×`;
}

function largestPart({ row_joules: total, row_joules_by_component: parts }: ShapeRow): string {
  const name = COMPONENTS.reduce((a, b) => ((parts[b] ?? 0) > (parts[a] ?? 0) ? b : a));
  return `${name.replace('_', ' ')} ${((100 * (parts[name] ?? 0)) / total).toFixed(0)} %`;
}
