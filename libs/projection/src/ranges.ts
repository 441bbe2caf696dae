/** Points of a grid, both ends counted, at which one takes less than another. */
export interface CrossingRange {
  readonly from: number;
  /** Null where it still does at the largest point that was looked at. */
  readonly to: number | null;
}

/**
 * What tells points apart whose costs jump between them: how many devices and memories there are. Beyond the most that it
 * tells apart one more is a jump of less than 2 %.
 */
export type Regime = (point: number) => string | number;

/** Most devices or memories that regimes tell apart. */
export const REGIMES = 64;

/**
 * Ranges in which `below` holds. Between two points where it changes, the first whole number after the change is searched.
 * Points are those of the grid and both sides of every change of regime: a change that is undone before the next of them
 * is not seen.
 * @param grid Ascending, whole, at least one.
 * @param regime The same at two points only if it is the same at all between them.
 */
export function rangesBelow(
  below: (point: number) => boolean,
  grid: readonly number[],
  regime: Regime = () => 0,
): CrossingRange[] {
  const points = withJumps(grid, regime);
  const ranges: CrossingRange[] = [];
  let from: number | undefined = below(points[0]!) ? points[0] : undefined;
  for (let i = 1; i < points.length; i++) {
    const was = from !== undefined;
    if (below(points[i]!) === was) continue;
    const first = firstChange(below, points[i - 1]!, points[i]!, was);
    if (from !== undefined) ranges.push({ from, to: first - 1 });
    from = was ? undefined : first;
  }
  if (from !== undefined) ranges.push({ from, to: null });
  return ranges;
}

/** The grid and points between, so that neighbours of different regimes have no whole number between them. */
function withJumps(grid: readonly number[], regime: Regime): number[] {
  const points = [grid[0]!];
  const upTo = (low: number, high: number): void => {
    if (high - low > 1 && regime(low) !== regime(high)) {
      const middle = Math.floor((low + high) / 2);
      upTo(low, middle);
      upTo(middle, high);
    } else points.push(high);
  };
  for (let i = 1; i < grid.length; i++) upTo(grid[i - 1]!, grid[i]!);
  return points;
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
