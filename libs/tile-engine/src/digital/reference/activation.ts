import { CONSTANTS as C } from '../constants.js';
import { exp } from './exp.js';

const f32 = Math.fround;

/** `x / (1 + e^−x)`: −0 far below 0, where e^−x is ∞; NaN for −∞. */
export const silu = (x: number): number => f32(x / f32(1 + exp(-x)));

/** `silu(gate) · up`. */
export const gatedSilu = (gate: number, up: number): number => f32(silu(gate) * up);

/**
 * GELU in its tanh form, `½x · (1 + tanh u)` with `u = √(2/π) · (x + 0.044715 x³)`, written without the cancellation
 * as `x / (1 + e^−2u)`. NaN for −∞.
 */
export function geluTanh(x: number): number {
  const twiceU = f32(x * f32(C.GELU_TANH_1 + f32(C.GELU_TANH_3 * f32(x * x))));
  return f32(x / f32(1 + exp(-twiceU)));
}

/** GELU in its erf form, `x · Φ(x)`, within 5·10⁻⁷ · max(1, |x|): Φ by Abramowitz and Stegun 7.1.26. NaN for −∞. */
export function geluErf(x: number): number {
  const z = f32(Math.abs(x) * C.SQRT_HALF);
  const t = f32(1 / f32(1 + f32(C.ERFC_P * z)));
  let p = f32(C.ERFC_4 + f32(t * C.ERFC_5));
  p = f32(C.ERFC_3 + f32(t * p));
  p = f32(C.ERFC_2 + f32(t * p));
  p = f32(C.ERFC_1 + f32(t * p));
  const beyond = f32(0.5 * f32(f32(t * p) * exp(-f32(z * z))));
  return f32(x * (x < 0 ? beyond : f32(1 - beyond)));
}
