import type { TokenBytes } from './token-bytes.js';

/**
 * Decodes a growing sequence of tokens. All texts of `push`, then that of `flush`, joined are what decoding the
 * whole sequence at once gives.
 */
export class StreamDecoder {
  // A byte order mark inside an answer is text.
  private readonly utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  private begun = false;

  constructor(
    private readonly tokens: TokenBytes,
    private readonly skipSpecialTokens: boolean,
  ) {}

  /** Text that became complete: never half a UTF-8 character, often the empty string. */
  push(id: number): string {
    if (this.skipSpecialTokens && this.tokens.isSpecial(id)) return '';
    return this.emit(this.utf8.decode(this.tokens.of(id), { stream: true }));
  }

  /** What is left at the end of the sequence: U+FFFD for a character that never became whole. */
  flush(): string {
    return this.emit(this.utf8.decode());
  }

  private emit(text: string): string {
    if (this.begun || text === '') return text;
    this.begun = true;
    return this.tokens.stripsLeadingSpace && text.startsWith(' ') ? text.slice(1) : text;
  }
}
