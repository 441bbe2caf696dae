import { exp, ln } from '@ohmlight/tile-engine';

/** Hyperbolic tangent out of arithmetic that is the same on every machine. */
export function tanh(x: number): number {
  const a = Math.abs(x);
  // Below, 1 − e^(−2a) would lose digits; the series is exact to 1e-17.
  if (a < 0.02) return x * (1 + x * x * (-1 / 3 + x * x * (2 / 15 - (x * x * 17) / 315)));
  const e = exp(-2 * a);
  const t = (1 - e) / (1 + e);
  return x < 0 ? -t : t;
}

/** Inverse of `tanh`, |x| < 1. */
export const atanh = (x: number): number => 0.5 * ln((1 + x) / (1 - x));
