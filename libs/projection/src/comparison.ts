import { type Ledger, totalJoules } from '@ohmlight/contracts';
import { type CrossingRange, rangesBelow, type Regime } from './ranges.js';

/** Ledger of a decode step by its batch. */
export type StepCost = (batch: number) => Ledger;

/** How a placement compares with another in one quantity. */
export interface Comparison {
  /** Batches at which it takes less. */
  readonly ranges: readonly CrossingRange[];
  /** What it takes over what the other takes, at the largest batch. */
  readonly ratio: number;
  /**
   * The same of one row more there: what the ratio tends to as batches grow. Where it is 1 or more, no larger batch
   * changes who takes less.
   */
  readonly rowRatio: number;
}

/** How two placements compare over batches. */
export interface BatchComparison {
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
 * One placement against another, over batches.
 * @param batches Ascending, whole, at least one.
 * @param regime Of both, by batch.
 */
export function compareBatches(
  own: StepCost,
  other: StepCost,
  batches: readonly number[],
  regime?: Regime,
): BatchComparison {
  const compare = (quantity: keyof typeof QUANTITIES): Comparison => {
    const of = QUANTITIES[quantity];
    const last = batches.at(-1)!;
    return {
      ranges: rangesBelow((batch) => of(own(batch)) < of(other(batch)), batches, regime),
      ratio: of(own(last)) / of(other(last)),
      rowRatio: rowCost(own, quantity, last) / rowCost(other, quantity, last),
    };
  };
  return { seconds: compare('seconds'), joules: compare('joules') };
}
