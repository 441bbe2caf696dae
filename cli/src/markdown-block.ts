import { readFile, writeFile } from 'node:fs/promises';
import { Failure } from './failure.js';

/** The lines that a command writes between, in pages that show what it prints. */
export interface Markers {
  readonly begin: string;
  readonly end: string;
}

export const markersOf = (command: string): Markers => ({
  begin: `<!-- ${command}: made by \`npx ohmlight ${command} --markdown FILE\` -->`,
  end: `<!-- end of ${command} -->`,
});

/**
 * A page with `block` between its markers.
 * @throws Failure when one is missing
 */
export function withBlock(page: string, block: string, { begin, end }: Markers, file: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Failure(
      `${file} lacks the markers that the tables stand between; write ${begin} and ${end} on lines of their own`,
    );
  return `${page.slice(0, from)}${begin}\n\n${block}\n\n${page.slice(to)}`;
}

/** @throws Failure when the file cannot be read or written, or lacks the markers */
export async function updateBlock(file: string, block: string, markers: Markers): Promise<void> {
  try {
    await writeFile(file, withBlock(await readFile(file, 'utf8'), block, markers, file));
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name a Markdown file`);
  }
}
