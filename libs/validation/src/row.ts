import { DRIFT, type Figure, type Kind } from './figure.js';

/**
 * `pass`: within tolerance. `known miss`: beyond it, by what its entry says and for the reason in its note. `fail`: neither,
 * or a known miss that moved.
 */
export type Status = 'pass' | 'known miss' | 'fail';

/** One row of the table; docs/reference/cli.md describes the fields. */
export interface ValidationRow {
  readonly family: string;
  readonly name: string;
  readonly source: string;
  readonly kind: Kind;
  readonly published: number;
  readonly ours: number;
  readonly unit: string;
  /** ours/published − 1. */
  readonly relative_error: number;
  readonly tolerance: number;
  readonly pass: boolean;
  readonly status: Status;
  /** Of a known miss, `relative_error` as its entry says; else null. */
  readonly expected_error: number | null;
  readonly note: string | null;
}

export function rowOf(family: string, figure: Figure): ValidationRow {
  const { name, source, kind, published, ours, unit, tolerance, note, miss } = figure;
  const error = ours / published - 1;
  const pass = Math.abs(error) <= tolerance;
  return {
    family,
    name,
    source,
    kind,
    published,
    ours,
    unit,
    relative_error: error,
    tolerance,
    pass,
    status: statusOf(error, pass, miss),
    expected_error: miss ?? null,
    note: note ?? null,
  };
}

function statusOf(error: number, pass: boolean, miss: number | undefined): Status {
  if (miss === undefined) return pass ? 'pass' : 'fail';
  const moved = Math.abs((1 + error) / (1 + miss) - 1);
  return !pass && moved <= DRIFT ? 'known miss' : 'fail';
}

/** What a table amounts to. */
export interface Summary {
  readonly rows: number;
  readonly passed: number;
  readonly knownMisses: number;
  readonly failed: number;
  /** Rows with |relative error| ≤ 10 %, by kind. */
  readonly withinTenPercent: Readonly<Record<Kind, number>>;
  readonly byKind: Readonly<Record<Kind, number>>;
}

export function summaryOf(rows: readonly ValidationRow[]): Summary {
  const count = (status: Status): number => rows.filter((row) => row.status === status).length;
  const near = rows.filter(({ relative_error: error }) => Math.abs(error) <= 0.1);
  return {
    rows: rows.length,
    passed: count('pass'),
    knownMisses: count('known miss'),
    failed: count('fail'),
    withinTenPercent: kindCounts(near),
    byKind: kindCounts(rows),
  };
}

function kindCounts(rows: readonly ValidationRow[]): Record<Kind, number> {
  const counts: Record<Kind, number> = { 'held out': 0, components: 0, equation: 0, fitted: 0 };
  for (const { kind } of rows) counts[kind] += 1;
  return counts;
}
