import { OhmlightError } from '@ohmlight/contracts';
import { StreamDecoder } from './stream-decoder.js';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const pending = (): never => {
  throw new OhmlightError('internal_error', 'this build reads no tokenizer yet');
};

export class Tokenizer {
  readonly vocabSize: number = 0;

  private constructor() {}

  static async load(_directory: string): Promise<Tokenizer> {
    return pending();
  }
  encode(_text: string, _options?: { addSpecialTokens?: boolean }): number[] {
    return pending();
  }
  decode(_ids: readonly number[], _options?: { skipSpecialTokens?: boolean }): string {
    return pending();
  }
  renderChat(_messages: readonly ChatMessage[], _options?: { addGenerationPrompt?: boolean }): string {
    return pending();
  }
  newStream(): StreamDecoder {
    return new StreamDecoder();
  }
  tokenText(_id: number): string {
    return pending();
  }
  tokenBytes(_id: number): Uint8Array {
    return pending();
  }
}
