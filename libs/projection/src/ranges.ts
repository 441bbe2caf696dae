/** Points of a grid, both ends counted, at which one takes less than another. */
export interface CrossingRange {
  readonly from: number;
  /** Null where it still does at the largest point that was looked at. */
  readonly to: number | null;
}

/**
 * Ranges in which `below` holds. Between two points of the grid where it changes, the first whole number after the change
 * is searched; a change that is undone before the next point is not seen.
 * @param grid Ascending, whole, at least one.
 */
export function rangesBelow(below: (point: number) => boolean, grid: readonly number[]): CrossingRange[] {
  const ranges: CrossingRange[] = [];
  let from: number | undefined = below(grid[0]!) ? grid[0] : undefined;
  for (let i = 1; i < grid.length; i++) {
    const was = from !== undefined;
    if (below(grid[i]!) === was) continue;
    const first = firstChange(below, grid[i - 1]!, grid[i]!, was);
    if (from !== undefined) ranges.push({ from, to: first - 1 });
    from = was ? undefined : first;
  }
  if (from !== undefined) ranges.push({ from, to: null });
  return ranges;
}

/** The first point above `low`, at most `high`, at which `below` is no longer what it `was`. */
function firstChange(below: (point: number) => boolean, low: number, high: number, was: boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (below(middle) === was) low = middle;
    else high = middle;
  }
  return high;
}
