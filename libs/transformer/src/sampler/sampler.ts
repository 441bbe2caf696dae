import { OhmlightError } from '@ohmlight/contracts';
import { keyedUniform, type SampleKey } from './uniform.js';

/** How a token is chosen. Filters apply in the order temperature, min-p, top-k, top-p. */
export interface SamplingParams {
  /** Divides the logits; 0 is greedy. */
  readonly temperature: number;
  /** Keeps the k most likely tokens; 0 or −1 is off. */
  readonly topK: number;
  /** Keeps the fewest most likely tokens whose probabilities reach topP; 1 is off. */
  readonly topP: number;
  /** Keeps tokens at least minP times as likely as the likeliest; 0 is off. */
  readonly minP: number;
}

/**
 * Chooses the next token. Of equally likely tokens the filters keep the lower id, and greedy takes the lowest.
 * The draw inverts the cumulative distribution of the kept tokens in the order of their ids, so that small
 * differences between two devices' logits seldom change the token.
 *
 * @param logits One per token of the vocabulary; −∞ forbids a token.
 * @throws OhmlightError `core_bad_reply` when a logit is nan or +∞, or when all are −∞.
 *
 * @example
 * sample(logits, { temperature: 0.8, topK: 40, topP: 0.95, minP: 0 }, { seed: 7n, position: 12 })
 */
export function sample(logits: Float32Array, params: SamplingParams, key: SampleKey): number {
  const best = argmax(logits);
  if (params.temperature === 0) return best;

  // Unnormalised probabilities, 1 for the likeliest.
  const weights = new Float64Array(logits.length);
  const top = logits[best]!;
  for (let id = 0; id < logits.length; id++) weights[id] = Math.exp((logits[id]! - top) / params.temperature);

  if (params.minP > 0) for (let id = 0; id < weights.length; id++) if (weights[id]! < params.minP) weights[id] = 0;
  const limitK = params.topK > 0 && params.topK < weights.length;
  if (limitK || params.topP < 1) keepTop(weights, limitK ? params.topK : weights.length, params.topP);
  return draw(weights, keyedUniform(key), best);
}

/** Index of the largest logit; the lowest of equals. */
function argmax(logits: Float32Array): number {
  let best = -1;
  let top = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (logit > top) {
      top = logit;
      best = id;
    } else if (Number.isNaN(logit)) {
      throw new OhmlightError('core_bad_reply', `the logit of token ${id} is not a number`);
    }
  }
  if (!Number.isFinite(top)) throw new OhmlightError('core_bad_reply', `the largest logit is ${top}`);
  return best;
}

/** Zeroes every weight outside the `k` largest, and of those outside the fewest that hold `p` of their sum. */
function keepTop(weights: Float64Array, k: number, p: number): void {
  const ids: number[] = [];
  for (let id = 0; id < weights.length; id++) if (weights[id]! > 0) ids.push(id);
  ids.sort((a, b) => weights[b]! - weights[a]! || a - b);
  const candidates = Math.min(k, ids.length);
  let sum = 0;
  for (let i = 0; i < candidates; i++) sum += weights[ids[i]!]!;
  let kept = 0;
  let held = 0;
  // The likeliest token is always kept.
  do held += weights[ids[kept++]!]!;
  while (kept < candidates && held < p * sum);
  for (let i = kept; i < ids.length; i++) weights[ids[i]!] = 0;
}

function draw(weights: Float64Array, uniform: number, best: number): number {
  let sum = 0;
  for (const weight of weights) sum += weight;
  const target = uniform * sum;
  let cumulative = 0;
  for (let id = 0; id < weights.length; id++) {
    cumulative += weights[id]!;
    if (target < cumulative) return id;
  }
  // uniform · sum may round up to the sum itself.
  return best;
}

/** Natural logarithms of the softmax, summed in f64 in the order of ids. −∞ stays −∞. */
export function logSoftmax(logits: Float32Array): Float32Array {
  // Indexed loops: iterators and callbacks cost several times the exponentials.
  const n = logits.length;
  let top = -Infinity;
  for (let i = 0; i < n; i++) top = Math.max(top, logits[i]!);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.exp(logits[i]! - top);
  const logSum = top + Math.log(sum);
  const logs = new Float32Array(n);
  for (let i = 0; i < n; i++) logs[i] = logits[i]! - logSum;
  return logs;
}
