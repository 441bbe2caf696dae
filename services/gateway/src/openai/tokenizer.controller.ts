import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { OhmlightError } from '@ohmlight/contracts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelCatalogue } from '../engine/model-catalogue.js';
import type { ServedCheckpoint } from '../engine/served-checkpoint.js';
import { CATALOGUE } from '../tokens.js';
import { type DetokenizeBody, detokenizeSchema, type TokenizeBody, tokenizeSchema } from './tokenizer-schema.js';

/** POST /tokenize and /detokenize, in the shapes of vLLM and of llama.cpp; GET /tokenizer_info. */
@Controller()
export class TokenizerController {
  constructor(@Inject(CATALOGUE) private readonly catalogue: ModelCatalogue) {}

  @Post('tokenize')
  @HttpCode(200)
  tokenize(@Body({ schema: tokenizeSchema }) body: TokenizeBody): object {
    const { tokenizer, context } = this.#checkpoint(body.model);
    // llama.cpp adds no special tokens unless asked, vLLM does unless told not to.
    const addSpecialTokens = body.add_special_tokens ?? body.prompt !== undefined;
    const tokens = tokenizer.encode(body.prompt ?? body.content ?? '', { addSpecialTokens });
    return { tokens, count: tokens.length, max_model_len: context };
  }

  @Post('detokenize')
  @HttpCode(200)
  detokenize(@Body({ schema: detokenizeSchema }) body: DetokenizeBody): object {
    const { tokenizer, vocabSize } = this.#checkpoint(body.model);
    const unknown = body.tokens.find((token) => token >= vocabSize);
    if (unknown !== undefined)
      throw new OhmlightError(
        'invalid_value',
        `tokens: token ${unknown} is outside the vocabulary of ${vocabSize} tokens`,
        'tokens',
      );
    const text = tokenizer.decode(body.tokens);
    return { prompt: text, content: text };
  }

  @Get('tokenizer_info')
  async info(@Query('model') model?: string): Promise<object> {
    const { checkpoint } = this.#checkpoint(model);
    const text = await readFile(join(checkpoint.directory, 'tokenizer_config.json'), 'utf8').catch(() => '{}');
    return JSON.parse(text) as object;
  }

  /** The checkpoint of a model's name; the first one where none is named. */
  #checkpoint(model: string | undefined): ServedCheckpoint {
    return model === undefined ? this.catalogue.checkpoints[0]! : this.catalogue.resolve(model).checkpoint;
  }
}
