import { exp } from './exp.js';
import { sum } from './sum.js';

const f32 = Math.fround;

/** `(Σ over even i of q[i] · k[i] + Σ over odd i) · scale`, each sum in order. */
function score(q: Float32Array, k: Float32Array, scale: number): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < q.length; i += 2) {
    even = f32(even + f32(q[i]! * k[i]!));
    odd = f32(odd + f32(q[i + 1]! * k[i + 1]!));
  }
  return f32(f32(even + odd) * f32(scale));
}

/**
 * One query head over the keys and values of its positions: weights `e^(score − greatest score)`, then
 * `(Σ weight · v) / Σ weight`. The upper sum takes the positions in order, the lower one as `sum` does. A score that
 * is NaN or ∞ makes the head NaN; one of −∞ has no weight, unless all are.
 */
export function attend(
  q: Float32Array,
  keys: readonly Float32Array[],
  values: readonly Float32Array[],
  scale: number,
): Float32Array {
  const scores = keys.map((k) => score(q, k, scale));
  const greatest = scores.reduce((most, value) => (value > most ? value : most), -Infinity);
  const weights = scores.map((value) => exp(f32(value - greatest)));
  const total = sum(weights);
  return q.map((_, i) => {
    let upper = 0;
    for (let p = 0; p < values.length; p++) upper = f32(upper + f32(weights[p]! * values[p]![i]!));
    return f32(upper / total);
  });
}
