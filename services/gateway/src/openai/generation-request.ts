import { OhmlightError } from '@ohmlight/contracts';
import type { DeviceTimes } from '../engine/device-times.js';
import type { GenerationRequest } from '../engine/generation.js';
import type { ServedModel } from '../engine/model-catalogue.js';
import type { GenerationOptions } from '../engine/options.js';
import { drawSeed } from '../engine/seeds.js';
import type { ServedCheckpoint } from '../engine/served-checkpoint.js';
import type { ChatBody } from './chat-schema.js';
import type { CompletionBody, PromptInput } from './completion-schema.js';

/** `max_tokens` of a completion that names none, as OpenAI's. */
const DEFAULT_COMPLETION_TOKENS = 16;

/** @throws OhmlightError `invalid_value` or `context_length_exceeded`, naming the field */
export function completionRequest(
  body: CompletionBody,
  model: ServedModel,
  requestId: string,
  times: DeviceTimes,
): GenerationRequest {
  const maxTokens = body.max_tokens ?? DEFAULT_COMPLETION_TOKENS;
  if (maxTokens === 0 && body.echo !== true) throw invalid('max_tokens', 'must be at least 1, or 0 together with echo');
  checkMaxTokens('max_tokens', maxTokens, model.checkpoint);
  const prompts = body.prompt.map((prompt) => encodePrompt(prompt, model.checkpoint, body.add_special_tokens ?? true));
  for (const prompt of prompts) checkLength('prompt', prompt.length, maxTokens, model.checkpoint);
  return request(body, model, requestId, times, prompts, {
    ...sampling(body, model.checkpoint, maxTokens),
    logprobs: body.logprobs,
    promptLogprobs: body.echo === true && body.logprobs !== undefined,
  });
}

/** @throws OhmlightError `invalid_value` or `context_length_exceeded`, naming the field */
export function chatRequest(
  body: ChatBody,
  model: ServedModel,
  requestId: string,
  times: DeviceTimes,
): GenerationRequest {
  const { checkpoint } = model;
  const field = body.max_completion_tokens === undefined ? 'max_tokens' : 'max_completion_tokens';
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? checkpoint.context;
  checkMaxTokens(field, maxTokens, checkpoint);
  const size = body.messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0);
  checkSize('messages', size, checkpoint);
  // Every message takes at least a token to write.
  checkLength('messages', body.messages.length, maxTokens, checkpoint);
  const prompt = blaming('messages', () =>
    checkpoint.tokenizer.encode(
      checkpoint.tokenizer.renderChat(body.messages, { addGenerationPrompt: true }),
      // The template writes its special tokens itself.
      { addSpecialTokens: false },
    ),
  );
  checkLength('messages', prompt.length, maxTokens, checkpoint);
  return request(body, model, requestId, times, [prompt], {
    ...sampling(body, checkpoint, maxTokens),
    logprobs: body.logprobs === true ? (body.top_logprobs ?? 0) : undefined,
    promptLogprobs: false,
  });
}

function request(
  body: CompletionBody | ChatBody,
  { checkpoint, placement }: ServedModel,
  requestId: string,
  times: DeviceTimes,
  prompts: readonly (readonly number[])[],
  options: GenerationOptions,
): GenerationRequest {
  const seed = body.seed ?? drawSeed();
  return { requestId, checkpoint, placement: placement.name, times, prompts, choices: body.n ?? 1, seed, options };
}

function sampling(
  body: CompletionBody | ChatBody,
  { defaults, vocabSize }: ServedCheckpoint,
  maxTokens: number,
): Omit<GenerationOptions, 'logprobs' | 'promptLogprobs'> {
  const minTokens = body.min_tokens ?? 0;
  if (minTokens > maxTokens) throw invalid('min_tokens', `must not exceed max_tokens (${maxTokens})`);
  const logitBias = new Map(Object.entries(body.logit_bias ?? {}).map(([id, bias]) => [Number(id), bias]));
  for (const id of logitBias.keys()) checkToken('logit_bias', id, vocabSize);
  return {
    temperature: body.temperature ?? defaults.temperature ?? 1,
    // A nucleus of no mass still holds the likeliest token.
    topP: Math.max(body.top_p ?? defaults.topP ?? 1, Number.MIN_VALUE),
    topK: body.top_k ?? defaults.topK ?? 0,
    minP: body.min_p ?? 0,
    presencePenalty: body.presence_penalty ?? 0,
    frequencyPenalty: body.frequency_penalty ?? 0,
    repetitionPenalty: body.repetition_penalty ?? 1,
    logitBias,
    maxTokens,
    minTokens,
    ignoreEos: body.ignore_eos ?? false,
    stop: body.stop ?? [],
    stopTokenIds: new Set(body.stop_token_ids),
    agreement: body.ohmlight?.agreement ?? false,
    errors: body.ohmlight?.errors ?? false,
  };
}

function encodePrompt(prompt: PromptInput, checkpoint: ServedCheckpoint, addSpecialTokens: boolean): readonly number[] {
  if (typeof prompt !== 'string') {
    for (const id of prompt) checkToken('prompt', id, checkpoint.vocabSize);
    return prompt;
  }
  checkSize('prompt', Buffer.byteLength(prompt), checkpoint);
  const tokens = blaming('prompt', () => checkpoint.tokenizer.encode(prompt, { addSpecialTokens }));
  if (tokens.length === 0) throw invalid('prompt', 'must hold at least one token');
  return tokens;
}

function checkToken(param: string, id: number, vocabSize: number): void {
  if (id >= vocabSize) throw invalid(param, `token ${id} is outside the vocabulary of ${vocabSize} tokens`);
}

function checkMaxTokens(param: string, maxTokens: number, { context, name }: ServedCheckpoint): void {
  if (maxTokens > context)
    throw invalid(param, `${maxTokens} is more than the whole context of checkpoint "${name}", ${context} tokens`);
}

/** Refuses text that cannot fit before the tokenizer works on it. */
function checkSize(param: string, bytes: number, { context, name, longestToken }: ServedCheckpoint): void {
  if (bytes > context * longestToken)
    throw new OhmlightError(
      'context_length_exceeded',
      `${param} holds ${bytes} bytes; checkpoint "${name}" has a context of ${context} tokens`,
      param,
    );
}

function checkLength(param: string, length: number, maxTokens: number, { context, name }: ServedCheckpoint): void {
  if (length + Math.min(maxTokens, 1) > context)
    throw new OhmlightError(
      'context_length_exceeded',
      `${param} holds ${length} tokens; checkpoint "${name}" has a context of ${context} tokens, and the answer ` +
        'needs at least one of them',
      param,
    );
}

/** What the tokenizer refuses is the request's fault, at this field. */
function blaming<T>(param: string, encode: () => T): T {
  try {
    return encode();
  } catch (thrown) {
    if (!(thrown instanceof OhmlightError)) throw thrown;
    throw new OhmlightError('invalid_value', `${param}: ${thrown.message}`, param, { cause: thrown });
  }
}

const invalid = (param: string, message: string): OhmlightError =>
  new OhmlightError('invalid_value', `${param} ${message}`, param);
