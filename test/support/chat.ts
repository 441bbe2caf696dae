/** What the tests read of a chat completion. */
export interface ChatAnswer {
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
  readonly ohmlight: {
    readonly placement: string;
    readonly steps: number;
    readonly phases: number;
    readonly modelled: { readonly seconds: number; readonly joules: number };
  };
}

/** A chat that samples, so that an answer tells of its seed and of its noise. */
export const chatBody = (model: string, seed: number, maxTokens = 16) => ({
  model,
  messages: [{ role: 'user' as const, content: 'Tell me a story about a fox and a lantern' }],
  max_tokens: maxTokens,
  // The answer's length does not hang on where the checkpoint happens to end it.
  ignore_eos: true,
  temperature: 1,
  seed,
});

/** Posts a JSON body. */
export async function post(url: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

/** @throws Error with the answer when it is not 200 */
export async function chat(url: string, model: string, seed: number, maxTokens?: number): Promise<ChatAnswer> {
  const { status, body } = await post(url, '/v1/chat/completions', chatBody(model, seed, maxTokens));
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as ChatAnswer;
}

export async function chatText(url: string, model: string, seed: number, maxTokens?: number): Promise<string> {
  return (await chat(url, model, seed, maxTokens)).choices[0]!.message.content;
}
