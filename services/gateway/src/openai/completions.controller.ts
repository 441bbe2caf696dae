import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClockService } from '../clock/clock-service.js';
import type { ModelCatalogue } from '../engine/model-catalogue.js';
import { CATALOGUE } from '../tokens.js';
import { type ChatBody, chatSchema } from './chat-schema.js';
import { ChatFormat } from './chat-format.js';
import { CompletionFormat } from './completion-format.js';
import { type CompletionBody, completionSchema } from './completion-schema.js';
import { CompletionService } from './completion-service.js';
import { chatRequest, completionRequest } from './generation-request.js';

/** POST /v1/completions and /v1/chat/completions, also without the prefix. */
@Controller()
export class CompletionsController {
  constructor(
    @Inject(CATALOGUE) private readonly catalogue: ModelCatalogue,
    @Inject(CompletionService) private readonly completions: CompletionService,
    @Inject(ClockService) private readonly clocks: ClockService,
  ) {}

  @Post(['v1/completions', 'completions'])
  @HttpCode(200)
  async complete(
    @Body({ schema: completionSchema }) body: CompletionBody,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const model = this.catalogue.resolve(body.model);
    const times = await this.clocks.pin(model.devices, body.ohmlight);
    const request = completionRequest(body, model, http.id, times);
    const { tokenizer } = model.checkpoint;
    const echo =
      body.echo === true
        ? body.prompt.map((prompt) =>
            typeof prompt === 'string' ? prompt : tokenizer.decode(prompt, { skipSpecialTokens: true }),
          )
        : undefined;
    await this.completions.answer(body, request, new CompletionFormat(tokenizer), echo, http, reply);
  }

  @Post(['v1/chat/completions', 'chat/completions'])
  @HttpCode(200)
  async chat(
    @Body({ schema: chatSchema }) body: ChatBody,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const model = this.catalogue.resolve(body.model);
    const times = await this.clocks.pin(model.devices, body.ohmlight);
    const request = chatRequest(body, model, http.id, times);
    const format = new ChatFormat(model.checkpoint.tokenizer);
    await this.completions.answer(body, request, format, undefined, http, reply);
  }
}
