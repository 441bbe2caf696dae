import { z } from 'zod';
import { checkShared, flag, MAX_LOGPROBS, integer, sharedFields, unsupported } from './request-schema.js';

/** One prompt: text still to encode, or tokens. */
export type PromptInput = string | readonly number[];

const PROMPT_FORMS = 'must be a string, a list of strings, a list of token ids or a list of lists of token ids';
/** Most prompts of a request. */
const MAX_PROMPTS = 1024;

const isTokens = (value: unknown): value is number[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item: unknown) => Number.isSafeInteger(item) && (item as number) >= 0);

/** The four forms of a prompt, as a list of prompts. */
const prompt = z.unknown().transform((value, context): readonly PromptInput[] => {
  if (typeof value === 'string') return [value];
  if (isTokens(value)) return [value];
  if (Array.isArray(value) && value.length > MAX_PROMPTS) {
    context.addIssue({ code: 'custom', message: `holds at most ${MAX_PROMPTS} prompts`, input: value });
    return z.NEVER;
  }
  if (Array.isArray(value) && value.length > 0) {
    if (value.every((item) => typeof item === 'string')) return value;
    if (value.every(isTokens)) return value;
  }
  context.addIssue({ code: 'custom', message: PROMPT_FORMS, input: value });
  return z.NEVER;
});

/** Body of POST /v1/completions. */
export const completionSchema = z
  .object({
    ...sharedFields,
    prompt,
    logprobs: integer(0, MAX_LOGPROBS),
    echo: flag,
    add_special_tokens: flag,
    best_of: unsupported(1),
    suffix: unsupported(''),
  })
  .superRefine(checkShared);
export type CompletionBody = z.infer<typeof completionSchema>;
