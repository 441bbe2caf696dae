/** A straight line through (ln x, ln y), and the standard error of its slope (0 for two points). */
export interface PowerLaw {
  readonly exponent: number;
  readonly factor: number;
  readonly standardError: number;
}

/** y = factor·x^exponent by least squares of the logarithms; at least two points with different x. */
export function powerLaw(x: readonly number[], y: readonly number[]): PowerLaw {
  const lx = x.map(Math.log);
  const ly = y.map(Math.log);
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [mx, my] = [mean(lx), mean(ly)];
  const sxx = lx.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  if (x.length < 2 || x.length !== y.length || sxx === 0)
    throw new RangeError('a power law takes two points or more with different x, and a y for each');
  const exponent = lx.reduce((sum, v, i) => sum + (v - mx) * (ly[i]! - my), 0) / sxx;
  const residual = lx.reduce((sum, v, i) => sum + (ly[i]! - my - exponent * (v - mx)) ** 2, 0);
  const free = x.length - 2;
  return {
    exponent,
    factor: Math.exp(my - exponent * mx),
    standardError: free > 0 ? Math.sqrt(residual / free / sxx) : 0,
  };
}

/**
 * The x at which a falling y passes `level`, between the last point above it and the first at or below it after which all
 * are; linear in the logarithms. Undefined where the points do not enclose it.
 */
export function crossing(x: readonly number[], y: readonly number[], level: number): number | undefined {
  const above = y.findLastIndex((value) => value > level);
  if (above < 0 || above === y.length - 1) return undefined;
  const [a, b] = [Math.log(y[above]!), Math.log(Math.max(y[above + 1]!, Number.MIN_VALUE))];
  const t = (a - Math.log(level)) / (a - b);
  return Math.exp(Math.log(x[above]!) + t * (Math.log(x[above + 1]!) - Math.log(x[above]!)));
}

/** The quantile q of values, linear between order statistics. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)]! - sorted[low]!);
}
