import { OhmlightError } from '@ohmlight/contracts';
import OpenAI, { APIError, APIUserAbortError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../testing/start.js';
import { TINY_LAYERS } from '../../testing/tiny-checkpoint.js';
import type { OhmlightReport } from './ohmlight-report.js';

let t: TestGateway;
let client: OpenAI;
beforeAll(async () => {
  t = await startTestGateway({ OHMLIGHT_MAX_RUNNING: '16' });
  client = new OpenAI({ baseURL: `${t.url}/v1`, apiKey: 'unused', maxRetries: 0 });
});
afterEach(() => {
  t.matmuls.gate.before = () => {};
});
afterAll(() => t.stop());

const model = 'tiny@crossbar-basic';
const chat = { model, messages: [{ role: 'user' as const, content: 'Tell me a story' }], max_tokens: 24, seed: 5 };
const reportOf = (value: object): OhmlightReport => (value as { ohmlight: OhmlightReport }).ohmlight;

async function streamChat(body: object = {}) {
  const stream = await client.chat.completions.create({ ...chat, ...body, stream: true });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

describe('the openai client', () => {
  it('lists the models and gets one', async () => {
    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(expect.arrayContaining(['tiny@crossbar-basic', 'tiny@digital-fp32', 'tiny@homodyne-basic']));
    expect((await client.models.retrieve(model)).id).toBe(model);
  });

  it('streams a chat: the role first, then text, the end with its cost, and the usage last', async () => {
    const chunks = await streamChat({ stream_options: { include_usage: true } });
    expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1);
    expect(chunks[0]!.choices[0]!.delta).toEqual({ role: 'assistant', content: '' });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    const end = chunks.at(-2)!;
    expect(end.choices[0]).toMatchObject({ delta: {}, finish_reason: 'length' });
    const report = reportOf(end);
    expect(report).toMatchObject({ placement: 'crossbar-basic', seed: 5 });
    const last = chunks.at(-1)!;
    expect(last.choices).toEqual([]);
    expect(last.usage!.completion_tokens).toBe(24);
    expect(last.usage!.total_tokens).toBe(last.usage!.prompt_tokens + 24);
    expect(reportOf(last)).toEqual(report);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    const whole = await client.chat.completions.create(chat);
    expect(whole.choices[0]!.message).toMatchObject({ role: 'assistant', content: text });
    expect(whole.usage).toEqual(last.usage);
    expect(reportOf(whole).modelled).toEqual(report.modelled);
  });

  it('streams a completion, whose pieces are the whole answer', async () => {
    const body = { model, prompt: 'Once', max_tokens: 20, seed: 3 };
    const stream = await client.completions.create({ ...body, stream: true });
    let text = '';
    let reason: string | null = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]!.text;
      reason = chunk.choices[0]!.finish_reason;
      expect('usage' in chunk).toBe(false);
    }
    const whole = await client.completions.create(body);
    expect([text, reason]).toEqual([whole.choices[0]!.text, whole.choices[0]!.finish_reason]);
  });

  it('gets the same text for the same seed with eight other requests in flight, on each placement', async () => {
    for (const placement of ['crossbar-basic', 'homodyne-basic', 'digital-fp32']) {
      const body = { ...chat, model: `tiny@${placement}` };
      const alone = await client.chat.completions.create(body);
      const crowd = Array.from({ length: 8 }, (_, seed) =>
        client.chat.completions.create({ ...body, seed, max_tokens: 30 }),
      );
      const among = await client.chat.completions.create(body);
      await Promise.all(crowd);
      expect(among.choices[0]!.message.content).toBe(alone.choices[0]!.message.content);
    }
  });

  it('interleaves choices by index, each ending once', async () => {
    const chunks = await streamChat({ n: 3, stream_options: { include_usage: true, continuous_usage_stats: true } });
    const texts = ['', '', ''];
    const ends: number[] = [];
    for (const { choices } of chunks)
      for (const { index, delta, finish_reason } of choices) {
        texts[index] += delta.content ?? '';
        if (finish_reason) ends.push(index);
      }
    expect(ends.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    expect(chunks.every(({ usage }) => usage!.prompt_tokens > 0)).toBe(true);
    const whole = await client.chat.completions.create({ ...chat, n: 3 });
    expect(texts).toEqual(whole.choices.map(({ message }) => message.content));
    expect(new Set(texts).size).toBe(3);
  });

  it('raises its own errors', async () => {
    await expect(client.chat.completions.create({ ...chat, model: 'gpt-4' })).rejects.toThrow(NotFoundError);
    await expect(client.chat.completions.create({ ...chat, max_tokens: -1 })).rejects.toThrow(BadRequestError);
    t.matmuls.gate.before = () => {
      throw new OhmlightError('overloaded', 'full');
    };
    await expect(client.chat.completions.create(chat)).rejects.toThrow(RateLimitError);
    let phases = 0;
    t.matmuls.gate.before = () => {
      if (++phases > 30) throw new OhmlightError('core_bad_reply', 'nonsense');
    };
    await expect(streamChat()).rejects.toThrow(APIError);
  });

  it('does not repeat a fault that a retry cannot mend', async () => {
    const eager = new OpenAI({ baseURL: `${t.url}/v1`, apiKey: 'unused', maxRetries: 2 });
    let tries = 0;
    t.matmuls.gate.before = () => {
      tries++;
      throw new OhmlightError('core_bad_reply', 'nonsense');
    };
    await expect(eager.chat.completions.create(chat)).rejects.toMatchObject({ status: 502, code: 'core_bad_reply' });
    expect(tries).toBe(1);
  });

  it('frees its place when it goes, streaming or not', async () => {
    const hung = new Promise<void>(() => {});
    const streaming = await client.chat.completions.create({ ...chat, max_tokens: 60, stream: true });
    t.matmuls.gate.before = () => hung;
    streaming.controller.abort();
    await expect.poll(() => t.gateway.engine.running).toBe(0);
    const gone = new AbortController();
    const whole = client.chat.completions.create(chat, { signal: gone.signal });
    await expect.poll(() => t.gateway.engine.running).toBe(1);
    gone.abort();
    await expect(whole).rejects.toThrow(APIUserAbortError);
    await expect.poll(() => t.gateway.engine.running).toBe(0);
  });
});

describe('log probabilities', () => {
  it('of a chat list the token, its bytes and the alternatives', async () => {
    const { choices } = await client.chat.completions.create({ ...chat, logprobs: true, top_logprobs: 3 });
    const content = choices[0]!.logprobs!.content!;
    expect(content).toHaveLength(24);
    for (const { logprob, top_logprobs, bytes } of content) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(top_logprobs).toHaveLength(3);
      expect(top_logprobs[0]!.logprob).toBeGreaterThanOrEqual(logprob);
      expect(bytes!.length).toBeGreaterThan(0);
    }
    const bytes = content.flatMap(({ bytes }) => bytes!);
    expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(choices[0]!.message.content);
  });

  it('of a completion cover prompt and one token under echo, as evaluation harnesses read them', async () => {
    const prompt = [290, 39, 68, 75, 75, 78];
    const body = { model, prompt, echo: true, logprobs: 1, max_tokens: 1, temperature: 0, seed: 1 };
    const { choices } = await client.completions.create(body);
    const logprobs = choices[0]!.logprobs!;
    expect(logprobs.token_logprobs).toHaveLength(prompt.length + 1);
    expect(logprobs.token_logprobs![0]).toBeNull();
    expect(logprobs.top_logprobs![0]).toBeNull();
    for (let i = 1; i <= prompt.length; i++) {
      const top = logprobs.top_logprobs![i]!;
      const own = logprobs.token_logprobs![i]!;
      expect(top[logprobs.tokens![i]!]).toBe(own);
      expect(Object.values(top).every((value) => value >= own || value === own)).toBe(true);
    }
    expect(logprobs.top_logprobs!.at(-1)).toEqual({ [logprobs.tokens!.at(-1)!]: logprobs.token_logprobs!.at(-1) });
    // The prompt's scores are those of its tokens as they would be drawn.
    const scored = await client.completions.create({ ...body, prompt: prompt.slice(0, 4), logprobs: 20 });
    expect(scored.choices[0]!.logprobs!.token_logprobs![2]).toBe(logprobs.token_logprobs![2]);
    expect(choices[0]!.text.startsWith('Hello')).toBe(true);
  });

  it('of a prompt alone need no token: max_tokens 0 with echo', async () => {
    const { choices, usage } = await client.completions.create({
      model,
      prompt: 'Hello',
      echo: true,
      logprobs: 0,
      max_tokens: 0,
    });
    expect(choices[0]!.text).toBe('Hello');
    expect(choices[0]!.logprobs!.tokens!.join('')).toBe('<s>Hello');
    expect(choices[0]!.logprobs!.text_offset).toEqual([0, 0, 1, 2, 4]);
    expect(usage!.completion_tokens).toBe(0);
  });
});

describe('the ohmlight object', () => {
  it('adds up, and says how far the reference agrees where asked', async () => {
    const body = { ...chat, ohmlight: { agreement: true } };
    const { modelled, agreement, phases, steps, wall } = reportOf(await client.chat.completions.create(body));
    const sum = Object.values(modelled.joules_by_component).reduce((a, b) => a + b, 0);
    expect(Math.abs(sum / modelled.joules - 1)).toBeLessThan(1e-9);
    expect(modelled.watts! * modelled.seconds).toBeCloseTo(modelled.joules, 15);
    expect(phases).toBe(steps * (4 * TINY_LAYERS + 1));
    expect(wall.time_to_first_token_seconds!).toBeLessThanOrEqual(wall.seconds);
    expect(agreement).toMatchObject({ checked: 24, ratio: agreement!.agree / 24 });
    expect(agreement!.kl_nats).toBeGreaterThan(0);
  });

  it('gives back a seed that repeats the answer, drawn, negative or beyond 2^53', async () => {
    const drawn = await client.completions.create({ model, prompt: 'Once' });
    const seed = reportOf(drawn).seed as number;
    const again = await client.completions.create({ model, prompt: 'Once', seed });
    expect(again.choices[0]!.text).toBe(drawn.choices[0]!.text);
    for (const seed of ['-3', '9223372036854775808', '18446744073709551613']) {
      const response = await t.post('/v1/completions', `{"model":"${model}","prompt":"Once","seed":${seed}}`);
      expect(await response.text()).toContain(`"seed":${seed},`);
    }
    const twin = await Promise.all(
      ['-3', '18446744073709551613'].map(async (seed) => {
        const response = await t.post('/v1/completions', `{"model":"${model}","prompt":"Once","seed":${seed}}`);
        return ((await response.json()) as { choices: { text: string }[] }).choices[0]!.text;
      }),
    );
    expect(twin[0]).toBe(twin[1]);
    const beyond = await t.post('/v1/completions', `{"model":"${model}","prompt":"Once","seed":18446744073709551616}`);
    expect(beyond.status).toBe(400);
  });

  it('tells of a check that failed without failing the answer', async () => {
    t.matmuls.gate.before = (_call, placement) => {
      if (placement === 'digital-fp32') throw new OhmlightError('core_unavailable', 'no digital core');
    };
    const body = { ...chat, ohmlight: { agreement: true } };
    const answer = await client.chat.completions.create(body);
    expect(answer.choices[0]!.message.content!.length).toBeGreaterThan(0);
    expect(reportOf(answer).agreement).toMatchObject({ checked: 0, ratio: null, error: { code: 'core_unavailable' } });
  });
});

describe('the other paths', () => {
  it('work without the prefix', async () => {
    expect((await t.post('/completions', { model, prompt: 'x', max_tokens: 1 })).status).toBe(200);
    expect((await t.post('/chat/completions', chat)).status).toBe(200);
    expect((await fetch(`${t.url}/models`)).status).toBe(200);
  });

  it('tokenize and detokenize, in both shapes', async () => {
    const vllm = (await (await t.post('/tokenize', { prompt: 'Hello', model })).json()) as {
      tokens: number[];
      count: number;
    };
    expect(vllm).toEqual({ tokens: [290, 39, 68, expect.any(Number), 78], count: 5, max_model_len: 96 });
    const llama = (await (await t.post('/tokenize', { content: 'Hello' })).json()) as { tokens: number[] };
    expect(llama.tokens).toEqual(vllm.tokens.slice(1));
    const back = await (await t.post('/detokenize', { tokens: llama.tokens })).json();
    expect(back).toEqual({ prompt: 'Hello', content: 'Hello' });
    expect((await t.post('/tokenize', {})).status).toBe(400);
    expect((await t.post('/detokenize', { tokens: [9999] })).status).toBe(400);
    expect(await (await fetch(`${t.url}/tokenizer_info`)).json()).toHaveProperty('bos_token');
  });

  it('serve health and metrics', async () => {
    const health = await fetch(`${t.url}/health`);
    expect([health.status, ((await health.json()) as { status: string }).status]).toEqual([200, 'ok']);
    const metrics = await (await fetch(`${t.url}/metrics`)).text();
    expect(metrics).toMatch(
      /ohmlight_request_success_total\{model="tiny",placement="crossbar-basic",finished_reason="length"\} \d+/,
    );
  });
});
