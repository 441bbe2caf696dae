import type { Ledger } from '@ohmlight/contracts';

/** What it takes to bring a shard's weights onto modulators that show one shard at a time. */
export interface Reload {
  /** Modelled seconds in which one array is loaded, for one row. */
  readonly seconds: number;
  /** Most rows whose execution takes at most twice the time of one row's: up to these, the load is the larger part. */
  readonly rows: number;
}

/** Beyond this many rows a load is as good as free. */
const MOST_ROWS = 2 ** 20;

/**
 * The reload of a device from the ledgers of its executions on one whole array.
 * @param execution Ledger of an execution of that many rows.
 * @returns undefined where an execution loads nothing, or nothing that it waits for.
 */
export function reloadFrom(execution: (rows: number) => Ledger): Reload | undefined {
  const { seconds, reloadSeconds } = execution(1);
  if (reloadSeconds === 0) return undefined;
  const fits = (rows: number): boolean => execution(rows).seconds <= 2 * seconds;
  let rows = 1;
  let beyond = 2;
  while (beyond <= MOST_ROWS && fits(beyond)) {
    rows = beyond;
    beyond *= 2;
  }
  if (beyond > MOST_ROWS) return { seconds: reloadSeconds, rows };
  while (beyond - rows > 1) {
    const middle = Math.floor((rows + beyond) / 2);
    if (fits(middle)) rows = middle;
    else beyond = middle;
  }
  return { seconds: reloadSeconds, rows };
}
