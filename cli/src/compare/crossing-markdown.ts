import { type Markers, updateBlock } from '../markdown-block.js';
import { asCode, markdownTable } from '../table-of-rows.js';
import { crossingColumns } from './crossing-columns.js';
import type { ShapeRow } from './crossings.js';

/** What a table of crossings stands between. */
export const crossingMarkers = (name: string): Markers => ({
  begin: `<!-- crossings of ${name}: made by \`npx ohmlight compare --shapes --markdown FILE\` -->`,
  end: `<!-- end of crossings of ${name} -->`,
});

/** @throws Failure when the markers are missing, or the file cannot be read or written. */
export async function updateCrossings(
  file: string,
  name: string,
  caption: string,
  rows: readonly ShapeRow[],
): Promise<void> {
  const [placement, ...others] = crossingColumns(rows);
  const table = markdownTable([asCode(placement!), ...others], rows);
  await updateBlock(file, `${caption}:\n\n${table}`, crossingMarkers(name));
}
