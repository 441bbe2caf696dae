import { readFile, writeFile } from 'node:fs/promises';
import { Failure } from '../failure.js';
import { crossingColumns } from './crossing-columns.js';
import type { ShapeRow } from './crossings.js';

/** What a table of crossings stands between. */
export const markersOf = (name: string): { readonly begin: string; readonly end: string } => ({
  begin: `<!-- crossings of ${name}: made by \`npx ohmlight compare --shapes --markdown FILE\` -->`,
  end: `<!-- end of crossings of ${name} -->`,
});

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The rows as a Markdown table. */
export function crossingTable(rows: readonly ShapeRow[]): string {
  const columns = crossingColumns(rows);
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : '---'))),
    ...rows.map((row) => line(columns.map(({ cell }, i) => (i === 0 ? `\`${cell(row)}\`` : cell(row))))),
  ].join('\n');
}

/** @throws Failure when the markers are missing, or the file cannot be read or written. */
export async function updateCrossings(
  file: string,
  name: string,
  caption: string,
  rows: readonly ShapeRow[],
): Promise<void> {
  const { begin, end } = markersOf(name);
  let page: string;
  try {
    page = await readFile(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}); name a Markdown file`);
  }
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Failure(
      `${file} lacks the markers that the table stands between; write ${begin} and ${end} on lines of their own`,
    );
  const table = `${begin}\n\n${caption}:\n\n${crossingTable(rows)}\n\n`;
  try {
    await writeFile(file, page.slice(0, from) + table + page.slice(to));
  } catch (error) {
    throw new Failure(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a Markdown file`);
  }
}
