import type { ValidationRow } from '@ohmlight/validation';
import type { RowColumn } from '../table-of-rows.js';

export type ValidationColumn = RowColumn<ValidationRow>;

/** Four digits, with an exponent where they would hide among zeros. */
function figure(value: number): string {
  const magnitude = Math.abs(value);
  const digits =
    magnitude >= 1e6 || magnitude < 1e-3 ? magnitude.toExponential(3) : String(Number(magnitude.toPrecision(4)));
  return value < 0 ? `−${digits}` : digits;
}

const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`;

/** Signed; one digit more where the error is small. */
function errorOf({ relative_error: error }: ValidationRow): string {
  const digits = percent(Math.abs(error), Math.abs(error) < 0.01 ? 2 : 1);
  return digits === '0.00 %' ? digits : `${error < 0 ? '−' : '+'}${digits}`;
}

const toleranceOf = ({ tolerance }: ValidationRow): string =>
  percent(tolerance, tolerance < 1e-3 ? 3 : tolerance < 0.01 ? 1 : 0);

export const NAME: ValidationColumn = { title: 'figure', wraps: true, cell: ({ name }) => name };
export const SOURCE: ValidationColumn = { title: 'source', cell: ({ source }) => source };
export const FIGURES: readonly ValidationColumn[] = [
  { title: 'published', align: 'right', cell: ({ published }) => figure(published) },
  { title: 'ours', align: 'right', cell: ({ ours }) => figure(ours) },
  { title: 'unit', cell: ({ unit }) => (unit === '1' ? '' : unit) },
  { title: 'error', align: 'right', cell: errorOf },
  { title: 'within', align: 'right', cell: toleranceOf },
  { title: 'kind', cell: ({ kind }) => kind },
  { title: '', cell: ({ status }) => status },
];
