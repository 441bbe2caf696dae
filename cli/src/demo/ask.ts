import { z } from 'zod';
import { Failure } from '../failure.js';

/** The part of a chat completion that comparisons show. */
const answerSchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1),
  usage: z.object({ completion_tokens: z.number() }),
  ohmlight: z.object({
    modelled: z.object({
      seconds_per_token: z.number().nullable(),
      joules_per_token: z.number().nullable(),
      watts: z.number().nullable(),
    }),
    agreement: z.object({ ratio: z.number().nullable(), kl_nats: z.number().nullable() }).optional(),
  }),
});

export interface Answer {
  readonly model: string;
  readonly text: string;
  /** Generated tokens. */
  readonly tokens: number;
  /** Modelled, per generated token. */
  readonly secondsPerToken: number | null;
  readonly joulesPerToken: number | null;
  readonly watts: number | null;
  /** Share of tokens that the reference would have picked too. */
  readonly agreement: number | null;
  /** Mean divergence of the reference's distribution from the placement's, nats. */
  readonly klNats: number | null;
}

/** A chat request; other fields pass unchanged. A seed may need all of 64 bits. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly max_tokens: number;
  readonly seed: number | bigint;
  readonly ohmlight: { readonly agreement: boolean };
}

/** The chat request of the demonstration, of one model. */
export const demoRequest = (model: string): ChatRequest => ({
  model,
  messages: [{ role: 'user', content: 'Tell me a story about a fox and a lantern' }],
  max_tokens: 32,
  seed: 10,
  ohmlight: { agreement: true },
});

/** @throws Failure with the gateway's own message when it answers with an error, or when nothing answers */
export async function ask(url: string, request: ChatRequest, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: toJson(request),
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Failure(`${url} does not answer; start it with \`npm start\`, or check the address`);
  });
  const body: unknown = await response.json().catch(() => ({}));
  const { model } = request;
  if (!response.ok) {
    const { error } = body as { error?: { code?: string; message?: string } };
    throw new Failure(`${model} answered ${response.status} ${error?.code ?? ''}: ${error?.message ?? 'no message'}`);
  }
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) throw new Failure(`${url} answers, but not as a gateway of Ohmlight; check the address`);
  const { choices, usage, ohmlight } = parsed.data;
  const { seconds_per_token, joules_per_token, watts } = ohmlight.modelled;
  return {
    model,
    text: choices[0]!.message.content,
    tokens: usage.completion_tokens,
    secondsPerToken: seconds_per_token,
    joulesPerToken: joules_per_token,
    watts,
    agreement: ohmlight.agreement?.ratio ?? null,
    klNats: ohmlight.agreement?.kl_nats ?? null,
  };
}

/** JSON with every digit of a 64-bit seed (ES2026's JSON.rawJSON, which this TypeScript's library does not know yet). */
function toJson(request: ChatRequest): string {
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };
  return JSON.stringify(request, (_, value: unknown) => (typeof value === 'bigint' ? rawJSON(String(value)) : value));
}
