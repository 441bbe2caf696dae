import type { Tokenizer } from '@ohmlight/transformer';
import type { FinishReason } from '../engine/events.js';
import type { TokenLogprob } from '../engine/logits.js';

/** A scored token of an answer; the first token of a prompt has no score. */
export interface ScoredToken {
  readonly token: number;
  readonly score: TokenLogprob | null;
}

/** Text of one choice, with its scored tokens where they were asked for. */
export interface Piece {
  readonly index: number;
  readonly text: string;
  readonly scored: readonly ScoredToken[] | undefined;
}

/** How one kind of completion writes its choices. */
export interface AnswerFormat {
  /** `object` of a whole answer and of a stream's chunk. */
  readonly object: string;
  readonly chunkObject: string;
  readonly idPrefix: string;
  /** A whole choice. */
  choice(piece: Piece, reason: FinishReason): object;
  /** The choice of a chunk that opens choice `index`, where the kind has one. */
  opening(index: number): object | undefined;
  /** The choice of a chunk that carries text. */
  delta(piece: Piece): object;
  /** The choice of a chunk that ends choice `index`. */
  ending(index: number, reason: FinishReason): object;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A token as text, as OpenAI writes it: `bytes:\xe2\x80` where it holds part of a character. */
export function tokenString(tokenizer: Tokenizer, token: number): string {
  const bytes = tokenizer.tokenBytes(token);
  try {
    return utf8.decode(bytes);
  } catch {
    return `bytes:${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`;
  }
}
