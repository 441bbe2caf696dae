import { OPERATIONS } from '@ohmlight/contracts';
import { Failure } from '../failure.js';
import { blockOf, markersOf, mustTakeBlock, rewritePage, withBlock } from '../markdown-block.js';
import { asCode, markdownTable } from '../table-of-rows.js';
import { accuracyColumns, costColumns, energyColumns, PLACEMENT } from './columns.js';
import type { CompareRow } from './rows.js';

export const COMPARE_MARKERS = markersOf('compare');

/** The rows as a Markdown table; the columns are the same whichever rows there are. */
const tableOf = (rows: readonly CompareRow[]): string =>
  markdownTable(
    [asCode(PLACEMENT), ...accuracyColumns(rows, [...OPERATIONS]), ...costColumns(rows, true), ...energyColumns],
    rows,
  );

/** What a table is of. */
export interface TableSetting {
  /** Placements that exist, in the order of the table. */
  readonly order: readonly string[];
  /** One line above the table: text and tokens. */
  readonly caption: string;
}

const placementOf = (row: string): string | undefined => /^\| `([^`]+)` \|/.exec(row)?.[1];

/**
 * A page with these rows in its table. Rows of other placements stay, so that one profile can be added or measured
 * again alone; those of placements that are no longer among `order` go.
 *
 * @throws Failure when a marker is missing, or when the rows that stay are of another text or have other columns.
 */
export function withTable(
  page: string,
  rows: readonly CompareRow[],
  { order, caption }: TableSetting,
  file: string,
): string {
  const [head, ruler, ...lines] = tableOf(rows).split('\n');
  const fresh = new Map(lines.map((row) => [placementOf(row)!, row]));
  const before = blockOf(page, COMPARE_MARKERS, file).split('\n');
  const stay = before.filter((row) => {
    const name = placementOf(row);
    return name !== undefined && order.includes(name) && !fresh.has(name);
  });
  if (stay.length > 0 && !(before.includes(head!) && before.includes(`${caption}:`)))
    throw new Failure(
      `the table of ${file} has other columns or is of another text; run \`npx ohmlight compare --markdown ${file}\` without --placements`,
    );
  const table = [...fresh.values(), ...stay].sort(
    (a, b) => order.indexOf(placementOf(a)!) - order.indexOf(placementOf(b)!),
  );
  return withBlock(page, `${caption}:\n\n${[head, ruler, ...table].join('\n')}`, COMPARE_MARKERS, file);
}

/** @throws Failure when the file cannot be read or written, or its table cannot take the rows. */
export const updateMarkdown = (file: string, rows: readonly CompareRow[], setting: TableSetting): Promise<void> =>
  rewritePage(file, (page) => withTable(page, rows, setting, file));

/** @throws Failure when the file could not be written, or has no place for the table */
export const mustTakeTable = (file: string): Promise<void> => mustTakeBlock(file, COMPARE_MARKERS);
