import type { Crossing } from '@ohmlight/projection';
import { significant } from '../table.js';
import { right, type RowColumn } from '../table-of-rows.js';
import type { ProjectRow } from './rows.js';

/** Three digits, with an exponent where zeros would hide them. */
export const figure = (value: number | null): string =>
  value !== null && (Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3))
    ? value.toExponential(2)
    : significant(value);

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const whole = (value: number | null): string =>
  value === null ? '–' : value >= 1e7 ? value.toExponential(2) : Math.ceil(value).toLocaleString('en');

/** Batch and context where there are several. */
export function projectColumns(rows: readonly ProjectRow[]): RowColumn<ProjectRow>[] {
  const several = (of: (row: ProjectRow) => number): boolean => new Set(rows.map(of)).size > 1;
  return [
    { title: 'placement', cell: ({ placement }) => placement },
    ...(several(({ context }) => context) ? [right<ProjectRow>('context', ({ context }) => String(context))] : []),
    ...(several(({ batch }) => batch) ? [right<ProjectRow>('batch', ({ batch }) => String(batch))] : []),
    right('tokens/s', (row) => figure(row.tokens_per_second)),
    right('ms/step', (row) => figure(row.seconds * 1e3)),
    right('J/token', (row) => figure(row.joules_per_token)),
    right('of it digital unit', (row) => figure(row.digital_unit_joules)),
    right('J, low … high', bandOf),
    right('W', (row) => figure(row.watts)),
    right('moves data', (row) => percent(row.data_movement_share)),
    right('no arithmetic', (row) => percent(row.not_arithmetic_share)),
    right('accelerators', (row) => (row.accelerators === 0 ? '–' : whole(row.accelerators))),
    right('tiles', (row) => (row.tiles === 0 ? '–' : whole(row.tiles))),
    right('chips', (row) => whole(row.chips)),
    right('cm²', (row) => figure(row.square_metres === null ? null : row.square_metres * 1e4)),
    right('reloads', (row) => (row.reloads === 0 ? '–' : whole(row.reloads))),
  ];
}

const bandOf = ({ joules_per_token_low: low, joules_per_token_high: high }: ProjectRow): string =>
  low < high ? `${figure(low)} … ${figure(high)}` : '–';

/** What a crossing amounts to, in words. */
export function verdictOf({ ranges, from, to }: Crossing): string {
  const spans: string[] = [];
  for (const { from: first, to: last } of ranges) {
    if (first > from) spans.push(`more up to ${first - 1}`);
    if (last !== null) spans.push(`less up to ${last}`);
  }
  const atLast = ranges.at(-1)?.to === null ? 'less' : 'more';
  return spans.length === 0 ? `${atLast} from ${from} to ${to}` : `${spans.join(', ')}, then ${atLast}`;
}

export const CROSSING_COLUMNS: readonly RowColumn<Crossing>[] = [
  { title: 'placement', cell: ({ placement }) => placement },
  { title: 'against', cell: ({ rival }) => rival },
  { title: 'in', cell: ({ quantity }) => quantity },
  { title: 'along', cell: ({ along }) => along },
  { title: 'at', cell: ({ along, at }) => `${along === 'batch' ? 'context' : 'batch'} ${at}` },
  { title: 'it takes', cell: verdictOf },
];
