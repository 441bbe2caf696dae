import { access, constants, readFile, writeFile } from 'node:fs/promises';
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

function placeOf(page: string, { begin, end }: Markers, file: string): { readonly from: number; readonly to: number } {
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0)
    throw new Failure(
      `${file} lacks the markers that the tables stand between; write ${begin} and ${end} on lines of their own`,
    );
  return { from, to };
}

/**
 * What a page has between its markers.
 * @throws Failure when one is missing
 */
export function blockOf(page: string, markers: Markers, file: string): string {
  const { from, to } = placeOf(page, markers, file);
  return page.slice(from + markers.begin.length, to);
}

/**
 * A page with `block` between its markers.
 * @throws Failure when one is missing
 */
export function withBlock(page: string, block: string, markers: Markers, file: string): string {
  const { from, to } = placeOf(page, markers, file);
  return `${page.slice(0, from)}${markers.begin}\n\n${block}\n\n${page.slice(to)}`;
}

/** @throws Failure when the file cannot be read or written, or lacks the markers */
export const updateBlock = (file: string, block: string, markers: Markers): Promise<void> =>
  rewritePage(file, (page) => withBlock(page, block, markers, file));

/** @throws Failure when the file cannot be read or written */
export async function rewritePage(file: string, change: (page: string) => string): Promise<void> {
  await onPage(file, async () => writeFile(file, change(await readFile(file, 'utf8'))));
}

/**
 * Asked before the work whose result a page shall have.
 * @throws Failure when the file could not be written, or lacks the markers
 */
export async function mustTakeBlock(file: string, markers: Markers): Promise<void> {
  await onPage(file, async () => {
    placeOf(await readFile(file, 'utf8'), markers, file);
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
