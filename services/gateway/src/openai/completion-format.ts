import type { Tokenizer } from '@ohmlight/transformer';
import type { FinishReason } from '../engine/events.js';
import { type AnswerFormat, type Piece, type ScoredToken, tokenString } from './answer-format.js';

/** Choices of /v1/completions. */
export class CompletionFormat implements AnswerFormat {
  readonly object = 'text_completion';
  readonly chunkObject = 'text_completion';
  readonly idPrefix = 'cmpl-';
  /** Per choice, length of the text of the tokens that were written. */
  readonly #offsets = new Map<number, number>();

  constructor(private readonly tokenizer: Tokenizer) {}

  choice(piece: Piece, reason: FinishReason): object {
    return { ...this.delta(piece), finish_reason: reason };
  }

  opening(): undefined {
    return undefined;
  }

  delta({ index, text, scored }: Piece): object {
    return { index, text, logprobs: scored ? this.#logprobs(index, scored) : null, finish_reason: null };
  }

  ending(index: number, reason: FinishReason): object {
    return { index, text: '', logprobs: null, finish_reason: reason };
  }

  /** Each position's alternatives hold the token itself, as the very number of `token_logprobs`. */
  #logprobs(index: number, scored: readonly ScoredToken[]): object {
    let offset = this.#offsets.get(index) ?? 0;
    const offsets = scored.map(({ token }) => {
      const at = offset;
      // Special tokens leave no text.
      if (this.tokenizer.decode([token], { skipSpecialTokens: true }) !== '')
        offset += this.tokenizer.tokenText(token).length;
      return at;
    });
    this.#offsets.set(index, offset);
    return {
      tokens: scored.map(({ token }) => tokenString(this.tokenizer, token)),
      token_logprobs: scored.map(({ score }) => score?.logprob ?? null),
      top_logprobs: scored.map(({ score }) =>
        score === null
          ? null
          : Object.fromEntries(
              [...score.top, score].map(({ token, logprob }) => [tokenString(this.tokenizer, token), logprob]),
            ),
      ),
      text_offset: offsets,
    };
  }
}
