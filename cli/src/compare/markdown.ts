import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { OPERATIONS } from '@ohmlight/contracts';
import { Failure } from '../failure.js';
import { accuracyColumns, costColumns, PLACEMENT } from './columns.js';
import type { CompareRow } from './rows.js';

export const BEGIN = '<!-- compare: made by `npx ohmlight compare --markdown FILE` -->';
export const END = '<!-- end of compare -->';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The rows as a Markdown table, one line each; the columns are the same whichever rows there are. */
export function markdownTable(rows: readonly CompareRow[]): string {
  const columns = [PLACEMENT, ...accuracyColumns(rows, [...OPERATIONS]), ...costColumns(rows, true)];
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...rows.map((row) =>
      line(columns.map((column) => (column === PLACEMENT ? `\`${column.cell(row)}\`` : column.cell(row)))),
    ),
  ].join('\n');
}

/** What a table is of. */
export interface TableSetting {
  /** Placements that exist, in the order of the table. */
  readonly order: readonly string[];
  /** One line above the table: text and tokens. */
  readonly caption: string;
}

const placementOf = (row: string): string | undefined => /^\| `([^`]+)` \|/.exec(row)?.[1];

function placeOfTable(page: string, file: string): { readonly begin: number; readonly end: number } {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END, begin);
  if (begin < 0 || end < 0)
    throw new Failure(
      `${file} lacks the markers that the table stands between; write ${BEGIN} and ${END} on lines of their own`,
    );
  return { begin, end };
}

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
  const { begin, end } = placeOfTable(page, file);
  const [head, ruler, ...lines] = markdownTable(rows).split('\n');
  const fresh = new Map(lines.map((row) => [placementOf(row)!, row]));
  const before = page.slice(begin, end).split('\n');
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
  return `${page.slice(0, begin)}${BEGIN}\n\n${caption}:\n\n${[head, ruler, ...table].join('\n')}\n\n${page.slice(end)}`;
}

/** @throws Failure when the file cannot be read or written, or its table cannot take the rows. */
export async function updateMarkdown(file: string, rows: readonly CompareRow[], setting: TableSetting): Promise<void> {
  await onPage(file, async () => writeFile(file, withTable(await readFile(file, 'utf8'), rows, setting, file)));
}

/**
 * Asked before the rows are worked out.
 * @throws Failure when the file could not be written, or has no place for the table
 */
export async function mustTakeTable(file: string): Promise<void> {
  await onPage(file, async () => {
    placeOfTable(await readFile(file, 'utf8'), file);
    await access(file, constants.W_OK);
  });
}

async function onPage(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a Markdown file`);
  }
}
