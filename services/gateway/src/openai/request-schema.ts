import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { deviceTimeSchema } from '../clock/clock-store.js';
import { SEED_MAX, SEED_MIN } from '../engine/seeds.js';

/** Most choices per prompt. */
export const MAX_CHOICES = 16;
/** Most stop strings. */
export const MAX_STOPS = 16;
/** Most alternatives that log probabilities list. */
export const MAX_LOGPROBS = 20;

/** Clients send null for "not given". */
const optional = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? undefined);

const number = (min: number, max: number) => optional(z.number().min(min).max(max));
const integer = (min: number, max = Number.MAX_SAFE_INTEGER) => optional(z.int().min(min).max(max));
const flag = optional(z.boolean());

/**
 * A field that Ohmlight does not do and that would change the answer: refused, unless its value asks for nothing.
 */
const unsupported = (...neutral: readonly unknown[]) =>
  z
    .unknown()
    .optional()
    .refine(
      (value) => value === undefined || value === null || neutral.some((same) => isDeepStrictEqual(same, value)),
      {
        error: 'is not supported; leave it out',
      },
    )
    .transform(() => undefined);

const seed = z
  .union([z.int(), z.bigint()], { error: 'must be a 64-bit integer' })
  .transform((value) => BigInt(value))
  .refine((value) => value >= SEED_MIN && value <= SEED_MAX, { error: 'must be a 64-bit integer' });

const stop = z
  .union([z.string(), z.array(z.string())], { error: 'must be a string or a list of strings' })
  .transform((value) => (typeof value === 'string' ? [value] : value))
  .refine((value) => value.length <= MAX_STOPS, { error: `holds at most ${MAX_STOPS} stop strings` })
  .refine((value) => !value.includes(''), { error: 'must not hold an empty string' });

const logitBias = z.record(z.string().regex(/^\d{1,9}$/, 'keys are token ids'), z.number().min(-100).max(100), {
  error: 'must be an object of token ids and numbers from -100 to 100',
});

const ohmlight = z.strictObject({
  agreement: flag,
  errors: flag,
  device_time_s: optional(deviceTimeSchema),
  calibrated_at_s: optional(deviceTimeSchema),
});

const streamOptions = z.object(
  { include_usage: flag, continuous_usage_stats: flag },
  {
    error: 'must be an object',
  },
);

/** Fields that both kinds of completion share. */
export const sharedFields = {
  model: z.string().min(1).max(512),
  max_tokens: integer(0),
  temperature: number(0, 2),
  top_p: number(0, 1),
  top_k: integer(-1),
  min_p: number(0, 1),
  seed: optional(seed),
  n: integer(1, MAX_CHOICES),
  stop: optional(stop),
  stop_token_ids: optional(z.array(z.int().min(0)).max(64)),
  presence_penalty: number(-2, 2),
  frequency_penalty: number(-2, 2),
  repetition_penalty: number(0.01, 100),
  logit_bias: optional(logitBias),
  min_tokens: integer(0),
  ignore_eos: flag,
  stream: flag,
  stream_options: optional(streamOptions),
  ohmlight: optional(ohmlight),

  use_beam_search: unsupported(false),
  length_penalty: unsupported(1),
  include_stop_str_in_output: unsupported(false),
  skip_special_tokens: unsupported(true),
  allowed_token_ids: unsupported(),
  bad_words: unsupported([]),
  truncate_prompt_tokens: unsupported(),
  prompt_logprobs: unsupported(),
  guided_json: unsupported(),
  guided_regex: unsupported(),
  guided_choice: unsupported(),
  guided_grammar: unsupported(),
  structured_outputs: unsupported(),
  response_format: unsupported({ type: 'text' }),
  grammar: unsupported(''),
  json_schema: unsupported(),
  typical_p: unsupported(1),
} as const;

interface SharedBody {
  readonly stream?: boolean | undefined;
  readonly stream_options?: object | undefined;
  readonly ohmlight?: z.infer<typeof ohmlight> | undefined;
}

/** Checks between fields that both kinds of completion share. */
export function checkShared(body: SharedBody, context: z.RefinementCtx): void {
  if (body.stream_options !== undefined && body.stream !== true)
    context.addIssue({ code: 'custom', path: ['stream_options'], message: 'is allowed only where stream is true' });
  const { device_time_s: now, calibrated_at_s: calibrated } = body.ohmlight ?? {};
  if (calibrated !== undefined && !(now !== undefined && calibrated <= now))
    context.addIssue({
      code: 'custom',
      path: ['ohmlight', 'calibrated_at_s'],
      message: now === undefined ? 'is allowed only beside device_time_s' : `must not exceed device_time_s (${now})`,
    });
}

export { flag, integer, optional, unsupported };
