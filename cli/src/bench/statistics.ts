/** Spread of repeated measurements: of 10 in order, the quantile 0.1 lies between the first and the second. */
export interface Spread {
  readonly median: number;
  readonly p10: number;
  readonly p90: number;
  readonly best: number;
}

/** Linear between the order statistics. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const from = sorted[low]!;
  return from + (at - low) * ((sorted[low + 1] ?? from) - from);
}

/** Spread of rates, of which the greatest is best. */
export function spreadOf(rates: readonly number[]): Spread {
  const sorted = [...rates].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    p10: quantile(sorted, 0.1),
    p90: quantile(sorted, 0.9),
    best: sorted.at(-1)!,
  };
}
