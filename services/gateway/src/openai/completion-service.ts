import { Inject, Injectable } from '@nestjs/common';
import { OhmlightError } from '@ohmlight/contracts';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Engine } from '../engine/engine.js';
import type { Generation, GenerationRequest } from '../engine/generation.js';
import { ENGINE, LOGGER, METRICS } from '../tokens.js';
import { streamAnswer, wholeAnswer } from './answer.js';
import type { AnswerFormat } from './answer-format.js';
import { RetryLater } from './error-filter.js';
import { SseStream } from './sse.js';

/** What a body says about the form of its answer. */
export interface AnswerWish {
  readonly model: string;
  readonly stream?: boolean | undefined;
  readonly stream_options?:
    { readonly include_usage?: boolean | undefined; readonly continuous_usage_stats?: boolean | undefined } | undefined;
}

/** Runs a generation and writes its answer, whole or as a stream. */
@Injectable()
export class CompletionService {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async answer(
    wish: AnswerWish,
    request: GenerationRequest,
    format: AnswerFormat,
    echo: readonly string[] | undefined,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const generation = this.#submit(request, gone.signal);
    const answer = {
      id: `${format.idPrefix}${http.id.replace(/^req_/, '')}`,
      created: Math.floor(Date.now() / 1000),
      model: wish.model,
      format,
      echo,
      includeUsage: wish.stream_options?.include_usage ?? false,
      continuousUsage: wish.stream_options?.continuous_usage_stats ?? false,
      check: request.options.agreement ? () => this.engine.agreement(generation, gone.signal) : undefined,
    };
    try {
      if (wish.stream !== true) {
        await reply.send(await wholeAnswer(generation, answer));
        return;
      }
      const sse = new SseStream(reply.raw, () => void reply.hijack());
      const error = await streamAnswer(generation, answer, sse);
      if (error) {
        this.metrics.add('ohmlight_request_errors_total', { code: error.code });
        this.log.error({ request_id: http.id, code: error.code, err: error }, error.message);
      }
    } finally {
      this.#report(generation);
      this.engine.answered(generation);
    }
  }

  #submit(request: GenerationRequest, signal: AbortSignal): Generation {
    try {
      return this.engine.submit(request, signal);
    } catch (thrown) {
      if (!(thrown instanceof OhmlightError) || thrown.code !== 'overloaded') throw thrown;
      throw new RetryLater(thrown, this.engine.retryAfterSeconds(request.checkpoint.name, request.placement));
    }
  }

  #report({ request, outcome, promptTokens, completionTokens, cost, arrivedAt }: Generation): void {
    this.log.info(
      {
        request_id: request.requestId,
        model: request.checkpoint.name,
        placement: request.placement,
        outcome: outcome instanceof OhmlightError ? outcome.code : outcome instanceof Error ? 'abort' : outcome,
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        modelled_seconds: cost.ledger.seconds,
        wall_seconds: (performance.now() - arrivedAt) / 1000,
      },
      'generation over',
    );
  }
}
