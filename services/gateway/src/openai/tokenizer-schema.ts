import { z } from 'zod';
import { flag, optional } from './request-schema.js';

const model = optional(z.string().min(1).max(512));

/** Body of POST /tokenize; the text is `prompt` (vLLM) or `content` (llama.cpp). */
export const tokenizeSchema = z
  .object({ model, prompt: optional(z.string()), content: optional(z.string()), add_special_tokens: flag })
  .refine(({ prompt, content }) => (prompt === undefined) !== (content === undefined), {
    path: ['prompt'],
    error: 'give either prompt or content, a string',
  });
export type TokenizeBody = z.infer<typeof tokenizeSchema>;

/** Body of POST /detokenize. */
export const detokenizeSchema = z.object({ model, tokens: z.array(z.int().min(0)) });
export type DetokenizeBody = z.infer<typeof detokenizeSchema>;
