import { type Ledger, totalJoules } from '@ohmlight/contracts';

/** Batches, both ends counted, in which one takes less than the other. */
export interface BatchRange {
  readonly from: number;
  /** Null where it still does at the largest batch that was looked at. */
  readonly to: number | null;
}

/** Ledger of a decode step by its batch. */
export type StepCost = (batch: number) => Ledger;

/** How a placement compares with another in one quantity. */
export interface Comparison {
  /** Where it takes less. */
  readonly ranges: readonly BatchRange[];
  /** What it takes over what the other takes, at the largest batch. */
  readonly ratio: number;
  /**
   * The same of one row more there: what the ratio tends to as batches grow. Where it is 1 or more, no larger batch
   * changes who takes less.
   */
  readonly rowRatio: number;
}

export interface Crossing {
  /** Seconds of a step, in which every sequence of the batch gets a token. */
  readonly seconds: Comparison;
  /** Joules of a step. */
  readonly joules: Comparison;
}

const QUANTITIES = {
  seconds: ({ seconds }: Ledger): number => seconds,
  joules: ({ joules }: Ledger): number => totalJoules(joules),
} as const;

/** What one more row takes at a batch, mean over the rows up to twice as many. */
export const rowCost = (cost: StepCost, quantity: keyof typeof QUANTITIES, batch: number): number =>
  (QUANTITIES[quantity](cost(2 * batch)) - QUANTITIES[quantity](cost(batch))) / batch;

/**
 * Batches at which one placement takes less than another. Between two of the batches, where the sign changes, the first
 * batch after the change is searched to the last sequence.
 * @param batches Ascending, whole, at least one.
 */
export function crossingOf(own: StepCost, other: StepCost, batches: readonly number[]): Crossing {
  const compare = (quantity: keyof typeof QUANTITIES): Comparison => {
    const of = QUANTITIES[quantity];
    const last = batches.at(-1)!;
    return {
      ranges: rangesBelow((batch) => of(own(batch)) < of(other(batch)), batches),
      ratio: of(own(last)) / of(other(last)),
      rowRatio: rowCost(own, quantity, last) / rowCost(other, quantity, last),
    };
  };
  return { seconds: compare('seconds'), joules: compare('joules') };
}

/** Ranges in which `below` holds. */
export function rangesBelow(below: (batch: number) => boolean, batches: readonly number[]): BatchRange[] {
  const ranges: BatchRange[] = [];
  let from: number | undefined = below(batches[0]!) ? batches[0] : undefined;
  for (let i = 1; i < batches.length; i++) {
    const was = from !== undefined;
    if (below(batches[i]!) === was) continue;
    const first = firstChange(below, batches[i - 1]!, batches[i]!, was);
    if (from !== undefined) ranges.push({ from, to: first - 1 });
    from = was ? undefined : first;
  }
  if (from !== undefined) ranges.push({ from, to: null });
  return ranges;
}

/** The first batch above `low`, at most `high`, at which `below` is no longer what it `was`. */
function firstChange(below: (batch: number) => boolean, low: number, high: number, was: boolean): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (below(middle) === was) low = middle;
    else high = middle;
  }
  return high;
}
