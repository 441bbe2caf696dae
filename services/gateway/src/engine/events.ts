import type { TokenLogprob } from './logits.js';

export type FinishReason = 'stop' | 'length';

/** What a generation tells its reader; `index` is the choice's. */
export type GenerationEvent =
  /** The prompt's scores, where they were asked for; the first token has none. */
  | { readonly type: 'prompt'; readonly index: number; readonly scores: readonly (TokenLogprob | null)[] }
  /** A token that was drawn, the text that may leave because of it, and its score where asked for. */
  | {
      readonly type: 'token';
      readonly index: number;
      readonly text: string;
      readonly token: number;
      readonly score: TokenLogprob | undefined;
    }
  | { readonly type: 'end'; readonly index: number; readonly reason: FinishReason };
