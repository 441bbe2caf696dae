import { z } from 'zod';
import { Failure } from '../failure.js';

/** The part of a chat completion that the demonstration shows. */
const answerSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
  ohmlight: z.object({
    modelled: z.object({
      seconds_per_token: z.number().nullable(),
      joules_per_token: z.number().nullable(),
      watts: z.number().nullable(),
    }),
    agreement: z.object({ ratio: z.number().nullable() }).optional(),
  }),
});

export interface Answer {
  readonly model: string;
  readonly text: string;
  /** Modelled, per generated token. */
  readonly secondsPerToken: number | null;
  readonly joulesPerToken: number | null;
  readonly watts: number | null;
  /** Share of tokens that the reference would have picked too. */
  readonly agreement: number | null;
}

/** The chat request of the demonstration, of one model. */
export const demoRequest = (model: string) => ({
  model,
  messages: [{ role: 'user', content: 'Tell me a story about a fox and a lantern' }],
  max_tokens: 32,
  seed: 10,
  ohmlight: { agreement: true },
});

/** @throws Failure with the gateway's own message when it answers with an error */
export async function ask(url: string, model: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(demoRequest(model)),
    signal,
  });
  const body: unknown = await response.json();
  if (!response.ok) {
    const { error } = body as { error?: { code?: string; message?: string } };
    throw new Failure(`${model} answered ${response.status} ${error?.code ?? ''}: ${error?.message ?? 'no message'}`);
  }
  const { choices, ohmlight } = answerSchema.parse(body);
  const { seconds_per_token, joules_per_token, watts } = ohmlight.modelled;
  return {
    model,
    text: choices[0]!.message.content,
    secondsPerToken: seconds_per_token,
    joulesPerToken: joules_per_token,
    watts,
    agreement: ohmlight.agreement?.ratio ?? null,
  };
}
