import { type PlacementRules, ruleKey } from '@ohmlight/contracts';
import { counted } from '../counted.js';
import { nats } from '../compare/columns.js';
import type { Setting } from '../compare/setting.js';
import { type Column, renderTable, significant } from '../table.js';
import type { CheckRow, MatrixRow, PlaceRow } from './rows.js';

/** What the command prints as JSON. */
export interface PlaceResult {
  readonly budget: { readonly kl_nats: number };
  readonly placement: string;
  readonly file: string;
  readonly rows: readonly PlaceRow[];
  readonly matrices: readonly MatrixRow[];
  readonly checks: readonly CheckRow[];
  readonly measurements: number;
  readonly left_out: readonly { readonly candidate: string; readonly reason: string }[];
}

const right = (title: string): Column => ({ title, align: 'right' });

const COLUMNS: readonly Column[] = [
  { title: 'placement' },
  ...['KL, nats', 'within', 'top-1', 'ms/token', 'µJ/token', 'without digital unit'].map(right),
];

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;

/** Rows of the table, the cheapest first. */
export const tableRows = (rows: readonly PlaceRow[]): string[][] =>
  rows
    .toSorted((a, b) => a.joules_per_token - b.joules_per_token)
    .map((row) => [
      row.placement,
      nats(row.kl_nats),
      row.within_budget ? 'yes' : 'no',
      share(row.agreement),
      significant(row.seconds_per_token * 1e3),
      significant(row.joules_per_token * 1e6),
      significant(row.matmul_joules * 1e6),
    ]);

export function printPlace(
  { budget, file, rows, checks }: PlaceResult,
  rules: PlacementRules,
  { input, documents }: Pick<Setting, 'input' | 'documents'>,
  width: number,
): string[] {
  const lines = [
    `${input.checkpoint.name} within ${budget.kl_nats} nats, on ${counted(documents, 'document')} and chip seed ${input.chipSeed}:`,
    '',
    ...renderTable(COLUMNS, tableRows(rows), width),
    '',
    ...rules.map((rule) => `${ruleKey(rule)}: ${rule.profile}`),
    '',
  ];
  if (checks.length > 0)
    lines.push(
      ...renderTable(
        [{ title: 'chip seed' }, ...['documents', 'tokens', 'KL, nats', 'within', 'top-1'].map(right)],
        checks.map((check) => [
          check.chip_seed,
          String(check.documents),
          String(check.tokens),
          nats(check.kl_nats),
          check.within_budget ? 'yes' : 'no',
          share(check.agreement),
        ]),
        width,
      ),
      '',
    );
  return [...lines, `written: ${file}`];
}
