/** How far two samples are apart, and what a sample looks like. */

const ascending = (values: Float64Array): Float64Array => values.slice().sort();

export interface Summary {
  readonly mean: number;
  readonly std: number;
  /** Values below which 1, 5, 50, 95 and 99 % of the sample lie. */
  readonly quantiles: readonly number[];
}

const SHARES = [0.01, 0.05, 0.5, 0.95, 0.99];

export function summary(values: Float64Array): Summary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const sorted = ascending(values);
  return { mean, std, quantiles: SHARES.map((share) => sorted[Math.round(share * (sorted.length - 1))]!) };
}

/** Wasserstein-1: the mean distance between values of equal rank. @throws RangeError for samples of unequal size. */
export function wasserstein(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length || a.length === 0) throw new RangeError(`samples of ${a.length} and ${b.length} values`);
  const y = ascending(b);
  return ascending(a).reduce((sum, value, i) => sum + Math.abs(value - y[i]!), 0) / a.length;
}

/** Kolmogorov–Smirnov: the largest difference between the samples' cumulative shares. */
export function kolmogorov(a: Float64Array, b: Float64Array): number {
  const [x, y] = [ascending(a), ascending(b)];
  let most = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length;) {
    const value = Math.min(x[i]!, y[j]!);
    while (i < x.length && x[i]! <= value) i++;
    while (j < y.length && y[j]! <= value) j++;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return most;
}
