import { OhmlightError } from '@ohmlight/contracts';
import type { Matmul } from './matmul.js';
import type { LlamaModel } from './model/llama-model.js';
import { logSoftmax } from './sampler/sampler.js';

export interface PerplexityOptions {
  /** Tokens of a window, at most the context, which is the default. */
  readonly window?: number;
  /** Rows of a step. */
  readonly chunk?: number;
  /** Keys dynamic noise. */
  readonly seed?: bigint;
  readonly signal?: AbortSignal;
}

export interface PerplexityResult {
  /** e^nats. */
  readonly perplexity: number;
  /** Mean negative log likelihood per scored token. */
  readonly nats: number;
  /** Tokens scored. */
  readonly tokens: number;
}

const DEFAULT_CHUNK = 128;

/**
 * Perplexity of a model on sequences of tokens. A sequence is cut into windows that do not overlap; each window
 * starts with an empty cache, and every token but a window's first is scored given those before it in the window.
 *
 * @throws OhmlightError `invalid_value` when there is nothing to score; what the matmul throws.
 */
export async function perplexity(
  model: LlamaModel,
  matmul: Matmul,
  sequences: readonly (readonly number[])[],
  { window = model.config.context, chunk = DEFAULT_CHUNK, seed = 0n, signal }: PerplexityOptions = {},
): Promise<PerplexityResult> {
  if (window < 2 || window > model.config.context)
    throw new OhmlightError('invalid_value', `a window of ${window} tokens is not in 2 … ${model.config.context}`);
  let sum = 0;
  let tokens = 0;
  for (const ids of sequences)
    for (let from = 0; from + 1 < ids.length; from += window) {
      const windowIds = ids.slice(from, from + window);
      sum += await windowNats(model, matmul, windowIds, { chunk, seed, signal });
      tokens += windowIds.length - 1;
    }
  if (tokens === 0) throw new OhmlightError('invalid_value', 'perplexity needs a sequence of at least two tokens');
  const nats = sum / tokens;
  return { perplexity: Math.exp(nats), nats, tokens };
}

/** Sum of the negative log likelihoods of a window's tokens but the first. */
async function windowNats(
  model: LlamaModel,
  matmul: Matmul,
  ids: readonly number[],
  { chunk, seed, signal }: { chunk: number; seed: bigint; signal: AbortSignal | undefined },
): Promise<number> {
  const cache = model.newKvCache();
  try {
    let sum = 0;
    // The last token is predicted, never fed.
    for (let start = 0; start < ids.length - 1; start += chunk) {
      const tokens = ids.slice(start, Math.min(start + chunk, ids.length - 1));
      const { logits } = await model.forward([{ cache, tokens, start, seed, logits: 'all' }], matmul, signal);
      logits[0]!.forEach((row, i) => {
        sum -= logSoftmax(row)[ids[start + i + 1]!]!;
      });
    }
    return sum;
  } finally {
    cache.free();
  }
}
