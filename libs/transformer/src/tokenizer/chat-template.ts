import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { OhmlightError } from '@ohmlight/contracts';
import { z } from 'zod';
import { readTextIfPresent } from '../checkpoint/json-file.js';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

const specialToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const configSchema = z.looseObject({
  chat_template: z.union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))]).nullish(),
  bos_token: specialToken,
  eos_token: specialToken,
  unk_token: specialToken,
  pad_token: specialToken,
});

/** A checkpoint's Jinja chat template: `chat_template.jinja`, or the one in `tokenizer_config.json`. */
export class ChatTemplate {
  private constructor(
    private readonly template: Template,
    private readonly specialTokens: Record<string, string>,
  ) {}

  /**
   * @param config The parsed `tokenizer_config.json`.
   * @returns undefined where the checkpoint has no template.
   * @throws OhmlightError `invalid_checkpoint` when the template does not parse.
   */
  static async load(directory: string, config: Record<string, unknown>): Promise<ChatTemplate | undefined> {
    const configPath = join(directory, 'tokenizer_config.json');
    const parsed = configSchema.safeParse(config);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw new OhmlightError('invalid_checkpoint', `${configPath}: ${issue.path.join('.')}: ${issue.message}`);
    }
    const { chat_template: inConfig, bos_token, eos_token, unk_token, pad_token } = parsed.data;
    const filePath = join(directory, 'chat_template.jinja');
    const ofFile = await readTextIfPresent(filePath);
    const ofConfig = Array.isArray(inConfig) ? inConfig.find(({ name }) => name === 'default')?.template : inConfig;
    const source = ofFile ?? ofConfig;
    if (source === undefined || source === null) return undefined;

    const specialTokens: Record<string, string> = {};
    for (const [name, token] of Object.entries({ bos_token, eos_token, unk_token, pad_token }))
      if (token) specialTokens[name] = typeof token === 'string' ? token : token.content;
    try {
      return new ChatTemplate(new Template(source), specialTokens);
    } catch (cause) {
      const path = ofFile === undefined ? `${configPath}: chat_template` : filePath;
      throw new OhmlightError('invalid_checkpoint', `${path} does not parse: ${(cause as Error).message}`, null, {
        cause,
      });
    }
  }

  /** @throws OhmlightError `invalid_value` when the template refuses the messages. */
  render(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    try {
      return this.template.render({
        ...this.specialTokens,
        messages: messages.map((message) => ({ ...message })),
        add_generation_prompt: addGenerationPrompt,
      });
    } catch (cause) {
      const why = (cause as Error).message;
      throw new OhmlightError(
        'invalid_value',
        `the checkpoint's chat template refuses the messages: ${why}`,
        'messages',
        {
          cause,
        },
      );
    }
  }
}
