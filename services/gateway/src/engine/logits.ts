import { logSoftmax } from '@ohmlight/transformer';
import type { GenerationOptions } from './options.js';

/** Log probability of a token and of the likeliest alternatives, under the model's own distribution. */
export interface TokenLogprob {
  readonly token: number;
  readonly logprob: number;
  /** In falling order of probability; ties go to the lower id. */
  readonly top: readonly { readonly token: number; readonly logprob: number }[];
}

/**
 * Scores a token under `logits` as they left the model: before bias, penalties and temperature. The token's
 * own entry and its entry among the top ones are the very same number.
 */
export function scoreToken(logits: Float32Array, token: number, alternatives: number): TokenLogprob {
  const logprobs = logSoftmax(logits);
  const best: number[] = [];
  if (alternatives > 0)
    for (let id = 0; id < logprobs.length; id++) {
      const value = logprobs[id]!;
      if (best.length === alternatives && value <= logprobs[best.at(-1)!]!) continue;
      let at = best.length;
      while (at > 0 && logprobs[best[at - 1]!]! < value) at--;
      best.splice(at, 0, id);
      if (best.length > alternatives) best.pop();
    }
  return { token, logprob: logprobs[token]!, top: best.map((id) => ({ token: id, logprob: logprobs[id]! })) };
}

/** How often each token occurred, as the penalties count. */
export interface TokenCounts {
  readonly prompt: ReadonlySet<number>;
  readonly generated: ReadonlyMap<number, number>;
}

/**
 * The logits that a token is drawn from: repetition penalty over prompt and answer (Keskar et al., "CTRL",
 * 2019), frequency and presence penalties over the answer (OpenAI's definition), then the bias; tokens in
 * `banned` cannot be drawn. Returns `logits` itself where nothing changes them.
 */
export function adjustLogits(
  logits: Float32Array,
  options: GenerationOptions,
  counts: TokenCounts,
  banned: Iterable<number>,
): Float32Array {
  const { repetitionPenalty, frequencyPenalty, presencePenalty, logitBias } = options;
  const bannedIds = [...banned];
  const repetition = repetitionPenalty !== 1;
  const penalty = frequencyPenalty !== 0 || presencePenalty !== 0;
  if (!repetition && !penalty && logitBias.size === 0 && bannedIds.length === 0) return logits;
  const adjusted = logits.slice();
  if (repetition)
    for (const id of new Set([...counts.prompt, ...counts.generated.keys()])) {
      const value = adjusted[id]!;
      adjusted[id] = value > 0 ? value / repetitionPenalty : value * repetitionPenalty;
    }
  if (penalty) for (const [id, count] of counts.generated) adjusted[id]! -= frequencyPenalty * count + presencePenalty;
  for (const [id, bias] of logitBias) adjusted[id]! += bias;
  for (const id of bannedIds) adjusted[id] = -Infinity;
  return adjusted;
}
