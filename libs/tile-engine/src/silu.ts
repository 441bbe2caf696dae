import { exp } from './math.js';

/** h/(1 + e^−h) in f64, rounded to f32 once; 0 where e^−h overflows. */
export function silu(h: number): number {
  return Math.fround(h / (1 + exp(-h)));
}
