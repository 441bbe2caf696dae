/** Σ coefficients[i]·xⁱ. */
export const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, c) => sum * x + c, 0);

/** The share of the way from point i to point i + 1 at which `x` lies; the first or last point beyond them. */
export function between(points: readonly number[], x: number): { readonly index: number; readonly share: number } {
  const last = points.length - 1;
  if (!(x > points[0]!)) return { index: 0, share: 0 };
  if (x >= points[last]!) return { index: Math.max(0, last - 1), share: last > 0 ? 1 : 0 };
  let index = 0;
  while (x >= points[index + 1]!) index++;
  return { index, share: (x - points[index]!) / (points[index + 1]! - points[index]!) };
}

/** Linear between the values that belong to the points. */
export function interpolated(points: readonly number[], values: readonly number[], x: number): number {
  const { index, share } = between(points, x);
  const low = values[index]!;
  return share === 0 ? low : low + (values[index + 1]! - low) * share;
}
