import { readFile, writeFile } from 'node:fs/promises';
import { Failure } from '../failure.js';
import { accuracyColumns, COST_COLUMNS, PLACEMENT } from './columns.js';
import type { CompareRow } from './rows.js';

export const BEGIN = '<!-- compare: made by `npx ohmlight compare --markdown FILE` -->';
export const END = '<!-- end of compare -->';

/** The rows as a Markdown table, one line each. */
export function markdownTable(rows: readonly CompareRow[]): string {
  const columns = [PLACEMENT, ...accuracyColumns(rows), ...COST_COLUMNS];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...rows.map((row) =>
      line(columns.map((column) => (column === PLACEMENT ? `\`${column.cell(row)}\`` : column.cell(row)))),
    ),
  ].join('\n');
}

/**
 * The text with what stands between the markers replaced.
 * @throws Failure when a marker is missing.
 */
export function betweenMarkers(text: string, table: string, file: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0)
    throw new Failure(
      `${file} lacks the markers that the table stands between; write ${BEGIN} and ${END} on lines of their own`,
    );
  return `${text.slice(0, begin)}${BEGIN}\n\n${table}\n\n${text.slice(end)}`;
}

/** @throws Failure when the file cannot be read or written, or lacks the markers. */
export async function updateMarkdown(file: string, rows: readonly CompareRow[]): Promise<void> {
  try {
    await writeFile(file, betweenMarkers(await readFile(file, 'utf8'), markdownTable(rows), file));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a Markdown file`);
  }
}
