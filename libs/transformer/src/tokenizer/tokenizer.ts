import { join } from 'node:path';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { OhmlightError } from '@ohmlight/contracts';
import { readJsonObject, readJsonObjectIfPresent } from '../checkpoint/json-file.js';
import { type ChatMessage, ChatTemplate } from './chat-template.js';
import { StreamDecoder } from './stream-decoder.js';
import { TokenBytes, tokenizerJsonSchema } from './token-bytes.js';

/**
 * The tokenizer of a checkpoint directory: `tokenizer.json`, `tokenizer_config.json`, a chat template.
 *
 * @example
 * const tokenizer = await Tokenizer.load('models/nano');
 * const prompt = tokenizer.renderChat([{ role: 'user', content: 'Tell me a story.' }], { addGenerationPrompt: true });
 * const ids = tokenizer.encode(prompt, { addSpecialTokens: false });
 */
export class Tokenizer {
  /** One more than the highest id. */
  readonly vocabSize: number;

  private constructor(
    private readonly directory: string,
    private readonly encoder: HuggingFaceTokenizer,
    private readonly tokens: TokenBytes,
    private readonly chatTemplate: ChatTemplate | undefined,
  ) {
    this.vocabSize = tokens.size;
  }

  /** @throws OhmlightError `checkpoint_not_found` | `invalid_checkpoint` | `unsupported_checkpoint`. */
  static async load(directory: string): Promise<Tokenizer> {
    const path = join(directory, 'tokenizer.json');
    const json = await readJsonObject(path);
    const config = (await readJsonObjectIfPresent(join(directory, 'tokenizer_config.json'))) ?? {};
    const parsed = tokenizerJsonSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw new OhmlightError('invalid_checkpoint', `${path}: ${issue.path.join('.')}: ${issue.message}`);
    }
    let encoder: HuggingFaceTokenizer;
    try {
      encoder = new HuggingFaceTokenizer(json, config);
    } catch (cause) {
      throw new OhmlightError('invalid_checkpoint', `${path}: ${(cause as Error).message}`, null, { cause });
    }
    const tokens = new TokenBytes(parsed.data, encoder.get_vocab(), path);
    return new Tokenizer(directory, encoder, tokens, await ChatTemplate.load(directory, config));
  }

  /**
   * @param options addSpecialTokens Whether the tokenizer's own start and end tokens are added: true unless told;
   *   false for text that a chat template rendered.
   * @throws OhmlightError `invalid_value` for text that the vocabulary cannot write.
   */
  encode(text: string, { addSpecialTokens = true }: { addSpecialTokens?: boolean } = {}): number[] {
    const { ids } = this.encoder.encode(text, { add_special_tokens: addSpecialTokens });
    if (!ids.every(Number.isInteger))
      throw new OhmlightError('invalid_value', "the text holds characters that the checkpoint's vocabulary lacks");
    return ids;
  }

  /** @param options skipSpecialTokens Whether special tokens leave no text: false unless told. */
  decode(ids: readonly number[], { skipSpecialTokens = false }: { skipSpecialTokens?: boolean } = {}): string {
    const stream = new StreamDecoder(this.tokens, skipSpecialTokens);
    let text = '';
    for (const id of ids) text += stream.push(id);
    return text + stream.flush();
  }

  /** A decoder for a sequence that grows token by token; special tokens leave no text. */
  newStream(): StreamDecoder {
    return new StreamDecoder(this.tokens, true);
  }

  /**
   * Messages as the checkpoint's chat template writes them.
   * @param options addGenerationPrompt Whether the text ends where the assistant begins: false unless told.
   * @throws OhmlightError `unsupported_checkpoint` where there is no template; `invalid_value` when it refuses.
   */
  renderChat(
    messages: readonly ChatMessage[],
    { addGenerationPrompt = false }: { addGenerationPrompt?: boolean } = {},
  ): string {
    if (!this.chatTemplate)
      throw new OhmlightError(
        'unsupported_checkpoint',
        `${this.directory} has no chat template; use /v1/completions with this checkpoint`,
      );
    return this.chatTemplate.render(messages, addGenerationPrompt);
  }

  /** The token alone as text; U+FFFD where it holds part of a character. */
  tokenText(id: number): string {
    return Buffer.from(this.tokens.of(id)).toString('utf8');
  }

  /** The bytes that the token adds to the text; none for an id that the vocabulary leaves out. */
  tokenBytes(id: number): Uint8Array {
    return this.tokens.of(id);
  }
}
