import { firstNonFinite, OhmlightError } from '@ohmlight/contracts';

/**
 * Checks what a core answered before anything is built on it.
 *
 * @param columns Columns of the shard; undefined where they are not known, and only the rows are checked.
 * @throws OhmlightError `core_bad_reply` that names the core and the shard.
 */
export function checkOutputs(
  y: Float32Array,
  rows: number,
  columns: number | undefined,
  core: string,
  shardId: string,
): void {
  const fits = columns === undefined ? y.length > 0 && y.length % rows === 0 : y.length === rows * columns;
  if (!fits)
    throw new OhmlightError(
      'core_bad_reply',
      `${core} answered shard ${shardId} with ${y.length} values where ${rows} × ${columns ?? 'columns'} belong`,
    );
  const wrong = firstNonFinite(y);
  if (wrong >= 0) {
    const perRow = y.length / rows;
    throw new OhmlightError(
      'core_bad_reply',
      `${core} answered shard ${shardId} with ${y[wrong]} at row ${Math.floor(wrong / perRow)}, column ${wrong % perRow}`,
    );
  }
}
