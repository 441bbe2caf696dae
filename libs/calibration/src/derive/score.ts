import { type LlamaModel, logSoftmax, type Matmul } from '@ohmlight/transformer';

/** How a matmul's answers compare with the reference's on a text. */
export interface Score {
  /** e^(mean nats of the text's tokens). */
  readonly perplexity: number;
  /** Mean over the positions of KL(reference ‖ matmul), nats. */
  readonly klNats: number;
  /** Share of the positions whose likeliest token is the reference's too. */
  readonly agreement: number;
}

export interface ScoreOptions {
  readonly signal?: AbortSignal;
  readonly onDocument?: (done: number, total: number) => void;
}

/** Rows of a step. */
const CHUNK = 128;

/**
 * Feeds documents through the reference and through matmuls side by side, window by window of the context; every token
 * but a window's first is scored.
 *
 * @returns The scores of the matmuls in their order; the reference's own perplexity is that of itself among them.
 */
export async function scoreMatmuls(
  model: LlamaModel,
  reference: Matmul,
  matmuls: readonly Matmul[],
  documents: readonly (readonly number[])[],
  { signal, onDocument }: ScoreOptions = {},
): Promise<Score[]> {
  const sums = matmuls.map(() => ({ nats: 0, kl: 0, agree: 0 }));
  let tokens = 0;
  for (const [document, ids] of documents.entries()) {
    onDocument?.(document, documents.length);
    for (let from = 0; from + 1 < ids.length; from += model.config.context) {
      const window = ids.slice(from, from + model.config.context);
      const caches = [reference, ...matmuls].map(() => model.newKvCache());
      try {
        for (let start = 0; start + 1 < window.length; start += CHUNK) {
          const chunk = window.slice(start, Math.min(start + CHUNK, window.length - 1));
          const logits = async (matmul: Matmul, which: number): Promise<Float32Array[]> => {
            const slice = { cache: caches[which]!, tokens: chunk, start, seed: BigInt(document) };
            return (await model.forward([{ ...slice, logits: 'all' }], matmul, signal)).logits[0]!;
          };
          const references = await logits(reference, 0);
          // Without matmuls the text passes for whoever watches the reference.
          const exact = matmuls.length === 0 ? [] : references.map((row) => logSoftmax(row));
          for (const [which, matmul] of matmuls.entries()) {
            const rows = await logits(matmul, which + 1);
            rows.forEach((row, i) => score(sums[which]!, exact[i]!, logSoftmax(row), window[start + i + 1]!));
          }
          tokens += chunk.length;
        }
      } finally {
        for (const cache of caches) cache.free();
      }
    }
  }
  return sums.map(({ nats, kl, agree }) => ({
    perplexity: Math.exp(nats / tokens),
    klNats: kl / tokens,
    agreement: agree / tokens,
  }));
}

function score(
  sum: { nats: number; kl: number; agree: number },
  exact: ArrayLike<number>,
  found: ArrayLike<number>,
  token: number,
): void {
  let [best, bestFound, kl] = [0, 0, 0];
  for (let i = 0; i < exact.length; i++) {
    if (exact[i]! > exact[best]!) best = i;
    if (found[i]! > found[bestFound]!) bestFound = i;
    kl += Math.exp(exact[i]!) * (exact[i]! - found[i]!);
  }
  sum.nats -= found[token]!;
  sum.kl += kl;
  if (best === bestFound) sum.agree++;
}
