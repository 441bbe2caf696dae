/** Distribution functions and tests of fit for specs, in f64. */

/** Complementary error function for x ≥ 0, to about 1e-14 of its value: series below 2, continued fraction above. */
export function erfc(x: number): number {
  const factor = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let i = 1; Math.abs(term) > 1e-17 * sum; i++) {
      term *= (2 * x * x) / (2 * i + 1);
      sum += term;
    }
    return 1 - factor * sum;
  }
  let fraction = 0;
  for (let i = 120; i >= 1; i--) fraction = i / 2 / (x + fraction);
  return factor / 2 / (x + fraction);
}

/** Φ. */
export const normalCdf = (z: number): number => (z < 0 ? erfc(-z / Math.SQRT2) / 2 : 1 - erfc(z / Math.SQRT2) / 2);

/** Kolmogorov–Smirnov distance between a sample and a distribution function. */
export function ksDistance(sample: Float32Array | Float64Array, cdf: (value: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  return sorted.reduce((most, value, i) => {
    const exact = cdf(value);
    return Math.max(most, exact - i / sorted.length, (i + 1) / sorted.length - exact);
  }, 0);
}

/** KS distance that one true sample in a thousand exceeds: √(−½ ln(p/2))/√n with p = 0.001. */
export const ksBound = (count: number): number => Math.sqrt(-0.5 * Math.log(0.0005)) / Math.sqrt(count);

/** Correlation of two samples. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const count = a.length;
  let [sumA, sumB, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x = a[i]!;
    const y = b[i]!;
    sumA += x;
    sumB += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return (ab - (sumA * sumB) / count) / Math.sqrt((aa - sumA ** 2 / count) * (bb - sumB ** 2 / count));
}

/** Pearson's χ² of counts against what is expected, neighbouring classes that expect fewer than 10 taken together. */
export function chiSquare(
  observed: readonly number[],
  expected: readonly number[],
): { value: number; freedom: number } {
  const classes: [number, number][] = [];
  let left: [number, number] = [0, 0];
  expected.forEach((count, i) => {
    left = [left[0] + observed[i]!, left[1] + count];
    if (left[1] < 10) return;
    classes.push(left);
    left = [0, 0];
  });
  const last = classes.at(-1)!;
  last[0] += left[0];
  last[1] += left[1];
  const value = classes.reduce((sum, [found, count]) => sum + (found - count) ** 2 / count, 0);
  return { value, freedom: classes.length - 1 };
}

/** χ² that one true sample in 31,574 exceeds (4 σ), after Wilson and Hilferty. */
export const chiSquareBound = (freedom: number): number =>
  freedom * (1 - 2 / (9 * freedom) + 4 * Math.sqrt(2 / (9 * freedom))) ** 3;
