/**
 * Factors of a Chebyshev iteration on c = T(c) whose linear part has its eigenvalues in [0, ρ]:
 *
 *   c_(n+1) = ω_n·(γ·(T(c_n) − c_n) + c_n − c_(n−1)) + c_(n−1)
 *
 * Its error falls by about q = σ/(1 + √(1 − σ²)) each time, σ = ρ/(2 − ρ), where plain iteration falls by ρ.
 */
export interface Chebyshev {
  readonly gamma: number;
  /** ω_n of the steps n = 0, 1, …; their number brings the error to the tolerance. */
  readonly omega: readonly number[];
}

/** Steps until 2·ρ·qⁿ ≤ tolerance, the start being T(0); `limit` at most. */
export function chebyshev(rho: number, tolerance: number, limit = Infinity): Chebyshev {
  const sigma = rho / (2 - rho);
  const q = sigma / (1 + Math.sqrt(1 - sigma * sigma));
  const omega: number[] = [];
  for (let error = 2 * rho; error > tolerance && omega.length < limit; error *= q) {
    const last = omega.at(-1);
    if (last === undefined) omega.push(1);
    else omega.push(omega.length === 1 ? 2 / (2 - sigma * sigma) : 1 / (1 - (sigma * sigma * last) / 4));
  }
  return { gamma: 2 / (2 - rho), omega };
}
