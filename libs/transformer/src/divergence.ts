import { logSoftmax } from './sampler/sampler.js';

/** KL(reference ‖ placement) in nats, of the distributions of two rows of logits. */
export function klNats(reference: Float32Array, placement: Float32Array): number {
  const p = logSoftmax(reference);
  const q = logSoftmax(placement);
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += Math.exp(p[i]!) * (p[i]! - q[i]!);
  // Rounding of two nearly equal distributions may fall a hair below the true bound.
  return Math.max(0, sum);
}
