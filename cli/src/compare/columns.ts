import { type Operation, OPERATIONS } from '@ohmlight/contracts';
import { significant } from '../table.js';
import { right, type RowColumn } from '../table-of-rows.js';
import type { CompareRow } from './rows.js';

/** A column of the comparison. */
export type CompareColumn = RowColumn<CompareRow>;

/** Beyond this the outputs are the reference's own bits, or as good as. */
const EXACT_DECIBELS = 180;
const decibels = (value: number | undefined): string =>
  value === undefined ? '–' : value >= EXACT_DECIBELS ? 'exact' : value.toFixed(1);

/** A divergence; small ones with an exponent. */
export const nats = (value: number | null): string =>
  value !== null && value > 0 && value < 1e-3 ? value.toExponential(1) : significant(value);

export const PLACEMENT: CompareColumn = { title: 'placement', cell: ({ placement }) => placement };

/** Operations that some row has. */
const operationsOf = (rows: readonly CompareRow[]): Operation[] =>
  OPERATIONS.filter((operation) => rows.some((row) => row.snr_decibels[operation] !== undefined));

/** What the physics does to the answers. */
export function accuracyColumns(rows: readonly CompareRow[], operations = operationsOf(rows)): CompareColumn[] {
  return [
    right('perplexity', ({ perplexity }) => (perplexity < 1e4 ? perplexity.toFixed(3) : perplexity.toPrecision(3))),
    right('KL, nats', ({ kl_nats: kl }) => nats(kl)),
    right('top-1', ({ agreement }) => `${(100 * agreement).toFixed(1)} %`),
    ...operations.map((operation) =>
      right<CompareRow>(`${operation}, dB`, ({ snr_decibels: snr }) => decibels(snr[operation])),
    ),
  ];
}

/** Three digits, with an exponent where zeros would hide them. */
export const figure = (value: number | null): string =>
  value !== null && (value >= 1e6 || (value > 0 && value < 1e-4)) ? value.toExponential(2) : significant(value);

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const millijoules = (joules: number): string => figure(joules * 1e3);

/** What a decode step of one sequence takes; with the band that its energy is known to where some row has one. */
export function costColumns(
  rows: readonly CompareRow[],
  banded = rows.some((row) => row.joules_per_token_low < row.joules_per_token_high),
): CompareColumn[] {
  return [
    right('ms/token', (row) => figure(row.seconds_per_token * 1e3)),
    right('tokens/s', (row) => figure(row.tokens_per_second)),
    right('mJ/token', (row) => millijoules(row.joules_per_token)),
    ...(banded ? [right('mJ, low … high', bandOf)] : []),
    right('W', (row) => figure(row.watts)),
    right('TOPS/W', (row) => figure(row.tops_per_watt)),
    right('tiles', (row) => row.tiles?.toLocaleString('en') ?? '–'),
    right('chips', (row) => figure(row.chips)),
    right('mm²', (row) => figure(row.square_metres === null ? null : row.square_metres * 1e6)),
  ];
}

/** What of mJ/token it is, and what programming would add to it. */
export const energyColumns: readonly CompareColumn[] = [
  right('digital unit, mJ', (row) => millijoules(row.batches[0]!.digital_unit_joules)),
  right('moves data', (row) => percent(row.data_movement_share)),
  right('no arithmetic', (row) => percent(row.not_arithmetic_share)),
  right('programming, mJ', (row) => millijoules(row.programming_joules_per_token)),
];

const bandOf = ({ joules_per_token_low: low, joules_per_token_high: high }: CompareRow): string =>
  low < high ? `${millijoules(low)} … ${millijoules(high)}` : '–';
