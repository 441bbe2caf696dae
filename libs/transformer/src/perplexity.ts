import { OhmlightError } from '@ohmlight/contracts';
import type { Matmul } from './matmul.js';
import type { LlamaModel } from './model/llama-model.js';

export interface PerplexityResult {
  readonly perplexity: number;
  /** Mean negative log likelihood, nats per token. */
  readonly nats: number;
  /** Tokens scored. */
  readonly tokens: number;
}

export async function perplexity(
  _model: LlamaModel,
  _matmul: Matmul,
  _ids: readonly number[],
): Promise<PerplexityResult> {
  throw new OhmlightError('internal_error', 'this build scores nothing yet');
}
