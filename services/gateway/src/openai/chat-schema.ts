import { z } from 'zod';
import { checkShared, flag, integer, MAX_LOGPROBS, sharedFields, unsupported } from './request-schema.js';

const part = z.object({
  type: z.literal('text', { error: 'only parts of type "text" are supported' }),
  text: z.string(),
});

/** A message's content as one text: parts follow one another. */
const content = z
  .union([z.string(), z.array(part).min(1)], { error: 'must be a string or a list of text parts' })
  .transform((value) => (typeof value === 'string' ? value : value.map(({ text }) => text).join('')));

const message = z.object({
  role: z
    .enum(['system', 'developer', 'user', 'assistant'], {
      error: 'must be system, developer, user or assistant',
    })
    .transform((role) => (role === 'developer' ? 'system' : role)),
  content,
  tool_calls: unsupported([]),
  function_call: unsupported(),
});

/** Body of POST /v1/chat/completions. */
export const chatSchema = z
  .object({
    ...sharedFields,
    messages: z.array(message).min(1),
    max_completion_tokens: integer(1),
    logprobs: flag,
    top_logprobs: integer(0, MAX_LOGPROBS),
    tools: unsupported([]),
    tool_choice: unsupported('none', 'auto'),
    functions: unsupported([]),
    function_call: unsupported('none', 'auto'),
    modalities: unsupported(['text']),
    audio: unsupported(),
    web_search_options: unsupported(),
    echo: unsupported(false),
    add_generation_prompt: unsupported(true),
    continue_final_message: unsupported(false),
    chat_template: unsupported(),
    chat_template_kwargs: unsupported({}),
    documents: unsupported([]),
  })
  .superRefine((body, context) => {
    checkShared(body, context);
    if (body.top_logprobs !== undefined && body.logprobs !== true)
      context.addIssue({ code: 'custom', path: ['top_logprobs'], message: 'is allowed only where logprobs is true' });
    if (body.max_tokens === 0)
      context.addIssue({ code: 'custom', path: ['max_tokens'], message: 'must be at least 1' });
  });
export type ChatBody = z.infer<typeof chatSchema>;
