import { asOhmlightError, type OhmlightError } from '@ohmlight/contracts';
import type { Agreement } from '../compare/agreement.js';
import type { PhaseError } from '../compare/request-errors.js';
import type { FinishReason, GenerationEvent } from '../engine/events.js';
import { ClientGone, type Generation } from '../engine/generation.js';
import type { AnswerFormat, ScoredToken } from './answer-format.js';
import { errorBody } from './error-body.js';
import { reportOf, usageOf } from './ohmlight-report.js';
import type { SseStream } from './sse.js';

/** What the writers of an answer need to know of its request. */
export interface AnswerRequest {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** As the request named it. */
  readonly model: string;
  readonly format: AnswerFormat;
  /** Prompts' text to repeat before the answer, per prompt; undefined without echo. */
  readonly echo: readonly string[] | undefined;
  readonly includeUsage: boolean;
  readonly continuousUsage: boolean;
  /** Checks the finished generation against the reference; undefined where the request does not ask. */
  readonly check: (() => Promise<Agreement>) | undefined;
}

/**
 * The whole answer, once the generation is over.
 * @throws OhmlightError, the generation's
 */
export async function wholeAnswer(generation: Generation, request: AnswerRequest): Promise<object> {
  const { format } = request;
  const texts = generation.sequences.map(({ index }) => echoOf(generation, request, index));
  const scored = generation.sequences.map((): ScoredToken[] => []);
  const reasons = new Map<number, FinishReason>();
  for await (const event of generation.events) {
    if (event.type === 'end') reasons.set(event.index, event.reason);
    else {
      scored[event.index]!.push(...scoredTokens(generation, event));
      if (event.type === 'token') texts[event.index] += event.text;
    }
  }
  const agreement = await settled(request.check);
  const errors = await settled(errorsOf(generation));
  const wanted = generation.request.options.logprobs !== undefined;
  return {
    id: request.id,
    object: format.object,
    created: request.created,
    model: request.model,
    choices: texts.map((text, index) =>
      format.choice({ index, text, scored: wanted ? scored[index]! : undefined }, reasons.get(index)!),
    ),
    usage: usageOf(generation),
    ohmlight: reportOf(generation, agreement, errors),
  };
}

/**
 * The answer as a stream. Headers leave with the first event, so that what fails before it still gets an
 * HTTP status of its own.
 * @throws OhmlightError, the generation's, where nothing was sent yet; later ones are sent as an event
 * @returns the error that ended the stream, if one did
 */
export async function streamAnswer(
  generation: Generation,
  request: AnswerRequest,
  sse: SseStream,
): Promise<OhmlightError | undefined> {
  const { format } = request;
  const begun = new Set<number>();
  let ended = 0;
  let last: { index: number; reason: FinishReason } | undefined;
  const chunk = (choices: readonly object[], more: object = {}): object => ({
    id: request.id,
    object: format.chunkObject,
    created: request.created,
    model: request.model,
    choices,
    ...(request.continuousUsage ? { usage: usageOf(generation) } : request.includeUsage ? { usage: null } : {}),
    ...more,
  });
  const begin = async (index: number): Promise<void> => {
    if (begun.has(index)) return;
    begun.add(index);
    const opening = format.opening(index);
    if (opening) await sse.send(chunk([opening]));
    // With scores the prompt's text rides with them, in the event that brings them.
    const text = echoOf(generation, request, index);
    if (text !== '' && !generation.request.options.promptLogprobs)
      await sse.send(chunk([format.delta({ index, text, scored: undefined })]));
  };
  try {
    for await (const event of generation.events) {
      if (!sse.opened) sse.open();
      await begin(event.index);
      if (event.type === 'end') {
        // The last choice's end waits for what the whole request cost.
        if (++ended === generation.sequences.length) last = event;
        else await sse.send(chunk([format.ending(event.index, event.reason)], { ohmlight: reportOf(generation) }));
        continue;
      }
      const text = event.type === 'prompt' ? echoOf(generation, request, event.index) : event.text;
      const scored = scoredTokens(generation, event);
      if (text !== '' || scored.length > 0)
        await sse.send(
          chunk([format.delta({ index: event.index, text, scored: scored.length > 0 ? scored : undefined })]),
        );
    }
    const agreement = await settled(request.check);
    const ohmlight = reportOf(generation, agreement, await settled(errorsOf(generation)));
    await sse.send(chunk([format.ending(last!.index, last!.reason)], { ohmlight }));
    if (request.includeUsage) await sse.send(chunk([], { usage: usageOf(generation), ohmlight }));
    await sse.done();
    return undefined;
  } catch (thrown) {
    if (!sse.opened) throw thrown;
    if (thrown instanceof ClientGone) {
      sse.close();
      return undefined;
    }
    const error = asOhmlightError(thrown);
    await sse.send(errorBody(error));
    await sse.done();
    return error;
  }
}

function echoOf(generation: Generation, { echo }: AnswerRequest, index: number): string {
  return echo?.[Math.floor(index / generation.request.choices)] ?? '';
}

function scoredTokens(generation: Generation, event: GenerationEvent): readonly ScoredToken[] {
  if (event.type === 'token') return event.score ? [{ token: event.token, score: event.score }] : [];
  if (event.type === 'end') return [];
  const { tokens } = generation.sequences[event.index]!;
  return event.scores.map((score, i) => ({ token: tokens[i]!, score }));
}

const errorsOf = ({ errors }: Generation): (() => Promise<readonly PhaseError[]>) | undefined =>
  errors && (() => errors.report());

/** The answer is complete by now: a check that fails is told beside it and spoils nothing. */
async function settled<T>(check: (() => Promise<T>) | undefined): Promise<T | OhmlightError | undefined> {
  try {
    return await check?.();
  } catch (thrown) {
    return asOhmlightError(thrown);
  }
}
