import { type Operation, OPERATIONS, joulesBand } from '@ohmlight/contracts';
import { type Evaluation, perplexityOf, singleCost, snrByOperation } from '@ohmlight/evaluation';
import { paretoFront } from '@ohmlight/plots';
import type { Point } from './axis.js';

/** What a point came to; docs/reference/cli.md describes the fields. */
export interface SweepFigures {
  readonly tokens: number;
  readonly perplexity: number;
  readonly kl_nats: number;
  readonly agreement: number;
  readonly snr_decibels: Partial<Record<Operation, number>>;
  readonly seconds_per_token: number;
  readonly joules_per_token: number;
  readonly joules_per_token_low: number;
  readonly joules_per_token_high: number;
  /** Of `joules_per_token`, what the digital unit takes; no field of a device changes it. */
  readonly digital_unit_joules: number;
  readonly matmul_joules: number;
  readonly watts: number;
  readonly tops_per_watt: number;
  readonly square_metres: number | null;
  readonly tiles: number | null;
}

/** A point: its figures, or why it has none. */
export type SweepRow = { readonly point: Point; readonly front: boolean } & (
  | ({ readonly outcome: 'done'; readonly reason: null } & SweepFigures)
  /** `invalid`: its values do not go together; `failed`: its devices cannot run the checkpoint. */
  | { readonly outcome: 'invalid' | 'failed'; readonly reason: string }
);

export type DoneRow = Extract<SweepRow, { readonly outcome: 'done' }>;

export const isDone = (row: SweepRow): row is DoneRow => row.outcome === 'done';

export function doneRow(point: Point, evaluation: Evaluation): DoneRow {
  const single = evaluation.decode.find(({ batch }) => batch === 1)!;
  const band = joulesBand(single.ledger);
  const { secondsPerToken, joulesPerToken, watts, topsPerWatt } = singleCost(evaluation);
  return {
    point,
    front: false,
    outcome: 'done',
    reason: null,
    tokens: evaluation.tokens,
    perplexity: perplexityOf(evaluation),
    kl_nats: evaluation.klNats,
    agreement: evaluation.agreement,
    snr_decibels: Object.fromEntries(snrByOperation(evaluation.errors)),
    seconds_per_token: secondsPerToken,
    joules_per_token: joulesPerToken,
    joules_per_token_low: band.low,
    joules_per_token_high: band.high,
    digital_unit_joules: single.digitalUnit.joules,
    matmul_joules: joulesPerToken - single.digitalUnit.joules,
    watts,
    tops_per_watt: topsPerWatt,
    square_metres: evaluation.residency.squareMetres,
    tiles: evaluation.residency.tiles,
  };
}

/** The rows, those marked that no other beats in energy and divergence. */
export function withFront(rows: readonly SweepRow[]): SweepRow[] {
  const points = rows.filter(isDone).map((row) => ({ x: row.joules_per_token, y: row.kl_nats, row }));
  const front = new Set<SweepRow>(paretoFront(points, { x: 'low', y: 'low' }).map(({ row }) => row));
  return rows.map((row) => ({ ...row, front: front.has(row) }));
}

const FIGURES = [
  'tokens',
  'perplexity',
  'kl_nats',
  'agreement',
  'seconds_per_token',
  'joules_per_token',
  'joules_per_token_low',
  'joules_per_token_high',
  'digital_unit_joules',
  'matmul_joules',
  'watts',
  'tops_per_watt',
  'square_metres',
  'tiles',
] as const satisfies readonly (keyof SweepFigures)[];

/** The rows as CSV: the varied fields, what came of the point, and its figures; empty where there is none. */
export function sweepCsv(fields: readonly string[], rows: readonly SweepRow[]): string {
  const operations = OPERATIONS.filter((operation) =>
    rows.some((row) => isDone(row) && row.snr_decibels[operation] !== undefined),
  );
  const head = [
    ...fields,
    'outcome',
    'reason',
    'front',
    ...FIGURES,
    ...operations.map((name) => `snr_decibels_${name}`),
  ];
  const lines = rows.map((row) => [
    ...fields.map((field) => row.point[field]),
    row.outcome,
    row.reason,
    row.front,
    ...FIGURES.map((figure) => (isDone(row) ? row[figure] : null)),
    ...operations.map((operation) => (isDone(row) ? row.snr_decibels[operation] : null)),
  ]);
  return [head, ...lines].map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');
}

function csvCell(value: string | number | boolean | null | undefined): string {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
