import type { Metrics } from '@ohmlight/telemetry';
import { klNats, logSoftmax, type Matmul } from '@ohmlight/transformer';
import type { Generation } from '../engine/generation.js';
import type { Sequence } from '../engine/sequence.js';
import { TokenDraw } from '../engine/token-draw.js';

/** How an answer compares with the reference placement's, token by token. */
export interface Agreement {
  /** Generated tokens that were compared. */
  checked: number;
  /** Those that the reference draws too, given the same tokens before them and the same random draw. */
  agree: number;
  /** Positions over which the divergence is averaged. */
  klPositions: number;
  /** Sum over those positions of KL(reference ‖ placement), nats. */
  klSum: number;
  /** Sum over those positions of ln p of the token under the placement, less ln p under the reference; nats. */
  logLikelihoodDifference: number;
}

/** Perplexity of the answer under the placement over that under the reference; undefined where nothing was kept. */
export const perplexityRatio = ({ klPositions, logLikelihoodDifference }: Agreement): number | undefined =>
  klPositions === 0 ? undefined : Math.exp(-logLikelihoodDifference / klPositions);

/**
 * Feeds a finished generation's own tokens (teacher forcing) through the reference placement, `chunk` rows
 * at a time, and at each generated position repeats the draw over the reference's logits.
 */
export async function checkAgreement(
  generation: Generation,
  reference: Matmul,
  chunk: number,
  metrics: Metrics,
  signal?: AbortSignal,
): Promise<Agreement> {
  const agreement: Agreement = { checked: 0, agree: 0, klPositions: 0, klSum: 0, logLikelihoodDifference: 0 };
  const labels = { model: generation.request.checkpoint.name, placement: generation.request.placement };
  for (const sequence of generation.sequences)
    await eachReferenceRow(sequence, reference, chunk, signal, (logits, i, agrees) => {
      agreement.checked++;
      if (agrees) agreement.agree++;
      metrics.add('ohmlight_token_agreement_total', { ...labels, agree: String(agrees) });
      const kept = sequence.keptLogits[i];
      if (!kept) return;
      const divergence = klNats(logits, kept);
      agreement.klPositions++;
      agreement.klSum += divergence;
      const token = sequence.tokens[sequence.promptLength + i]!;
      agreement.logLikelihoodDifference += logSoftmax(kept)[token]! - logSoftmax(logits)[token]!;
      metrics.observe('ohmlight_logit_kl_nats', labels, divergence);
    });
  const ratio = perplexityRatio(agreement);
  if (ratio !== undefined) metrics.observe('ohmlight_perplexity_ratio', labels, ratio);
  return agreement;
}

async function eachReferenceRow(
  sequence: Sequence,
  reference: Matmul,
  chunk: number,
  signal: AbortSignal | undefined,
  visit: (logits: Float32Array, index: number, agrees: boolean) => void,
): Promise<void> {
  const { checkpoint, options } = sequence.generation.request;
  const { tokens, promptLength, seed } = sequence;
  const draw = new TokenDraw(options, seed, tokens.slice(0, promptLength), checkpoint.eosTokenIds);
  const cache = checkpoint.model.newKvCache();
  try {
    // The row at position p gives the logits of token p + 1; the last token's row is not needed.
    for (let start = 0; start < tokens.length - 1;) {
      const scored = start >= promptLength - 1;
      const end = Math.min(start + chunk, scored ? tokens.length - 1 : promptLength - 1);
      const slice = { cache, tokens: tokens.slice(start, end), start, seed };
      const result = await checkpoint.model.forward([{ ...slice, logits: scored ? 'all' : 'none' }], reference, signal);
      if (scored)
        result.logits[0]!.forEach((logits, i) => {
          const token = tokens[start + i + 1]!;
          const agrees = draw.draw(logits) === token;
          draw.accept(token);
          visit(logits, start + i + 1 - promptLength, agrees);
        });
      start = end;
    }
  } finally {
    cache.free();
  }
}
