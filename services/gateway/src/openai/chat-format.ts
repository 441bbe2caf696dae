import type { Tokenizer } from '@ohmlight/transformer';
import type { FinishReason } from '../engine/events.js';
import { type AnswerFormat, type Piece, type ScoredToken, tokenString } from './answer-format.js';

/** Choices of /v1/chat/completions. */
export class ChatFormat implements AnswerFormat {
  readonly object = 'chat.completion';
  readonly chunkObject = 'chat.completion.chunk';
  readonly idPrefix = 'chatcmpl-';

  constructor(private readonly tokenizer: Tokenizer) {}

  choice({ index, text, scored }: Piece, reason: FinishReason): object {
    return {
      index,
      message: { role: 'assistant', content: text, refusal: null },
      logprobs: this.#logprobs(scored),
      finish_reason: reason,
    };
  }

  opening(index: number): object {
    return { index, delta: { role: 'assistant', content: '' }, logprobs: null, finish_reason: null };
  }

  delta({ index, text, scored }: Piece): object {
    return { index, delta: { content: text }, logprobs: this.#logprobs(scored), finish_reason: null };
  }

  ending(index: number, reason: FinishReason): object {
    return { index, delta: {}, logprobs: null, finish_reason: reason };
  }

  #logprobs(scored: readonly ScoredToken[] | undefined): object | null {
    if (!scored) return null;
    return {
      content: scored.map(({ token, score }) => ({
        ...this.#entry(token, score!.logprob),
        top_logprobs: score!.top.map((other) => this.#entry(other.token, other.logprob)),
      })),
      refusal: null,
    };
  }

  #entry(token: number, logprob: number): object {
    return {
      token: tokenString(this.tokenizer, token),
      // JSON has no infinity; OpenAI writes -9999 for a probability of nothing.
      logprob: Number.isFinite(logprob) ? logprob : -9999,
      bytes: [...this.tokenizer.tokenBytes(token)],
    };
  }
}
