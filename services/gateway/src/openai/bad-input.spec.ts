import { OhmlightError } from '@ohmlight/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../testing/start.js';
import { TINY_CONTEXT, TINY_VOCAB } from '../../testing/tiny-checkpoint.js';

interface ErrorAnswer {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

let t: TestGateway;
beforeAll(async () => {
  t = await startTestGateway({ OHMLIGHT_MAX_RUNNING: '2', OHMLIGHT_MAX_WAITING: '1' });
});
afterAll(() => t.stop());

const completion = { model: 'tiny', prompt: 'Hi', max_tokens: 2 };
const chat = { model: 'tiny', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2 };

async function refusal(path: string, body: unknown, status = 400): Promise<ErrorAnswer['error']> {
  const response = await t.post(path, body);
  const text = await response.text();
  expect([response.status, text]).toEqual([status, text]);
  expect(response.headers.get('x-request-id')).toMatch(/^req_/);
  const { error } = JSON.parse(text) as ErrorAnswer;
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
  return error;
}

describe('a field of the wrong type or out of range is refused by its name', () => {
  const COMPLETION_FIELDS: [string, unknown][] = [
    ['prompt', undefined],
    ['prompt', 7],
    ['prompt', []],
    ['prompt', ['a', 1]],
    ['prompt', [1.5]],
    ['prompt', [-1]],
    ['prompt', [[1], []]],
    ['prompt', [TINY_VOCAB]],
    ['model', 7],
    ['model', ''],
    ['max_tokens', -1],
    ['max_tokens', 0],
    ['max_tokens', 1.5],
    ['max_tokens', '7'],
    ['max_tokens', 1e9],
    ['max_tokens', 1e300],
    ['temperature', -0.1],
    ['temperature', 3],
    ['temperature', 'hot'],
    ['top_p', 1.1],
    ['top_k', -2],
    ['top_k', 1e300],
    ['min_p', 2],
    ['seed', 1.5],
    ['seed', '7'],
    ['seed', 1e300],
    ['n', 0],
    ['n', 17],
    ['stop', 7],
    ['stop', ['']],
    ['stop', Array.from({ length: 17 }, String)],
    ['presence_penalty', 2.1],
    ['frequency_penalty', -3],
    ['repetition_penalty', 0],
    ['logit_bias', [1]],
    ['logit_bias', { [TINY_VOCAB]: 1 }],
    ['logprobs', 21],
    ['logprobs', true],
    ['min_tokens', 3],
    ['ignore_eos', 'yes'],
    ['stream', 'yes'],
    ['stream_options', { include_usage: true }],
    ['ohmlight', { agreement: 1 }],
    ['ohmlight', { device_time: 1 }],
    ['ohmlight', { device_time_s: -1 }],
    ['ohmlight', { device_time_s: '1' }],
    ['ohmlight', { calibrated_at_s: 1 }],
    ['ohmlight', { device_time_s: 1, calibrated_at_s: 2 }],
    ['best_of', 4],
    ['suffix', 'end'],
    ['response_format', { type: 'json_object' }],
    ['guided_json', {}],
  ];
  it.each(COMPLETION_FIELDS)('completion %s = %j', async (field, value) => {
    const error = await refusal('/v1/completions', { ...completion, [field]: value });
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_value' });
    expect(error.param).toMatch(new RegExp(`^${field}`));
    expect(error.message).toContain(field);
  });

  const CHAT_FIELDS: [string, string, unknown][] = [
    ['messages', 'messages', []],
    ['messages', 'messages', 'Hi'],
    ['messages', 'messages[0].role', [{ role: 'tool', content: 'Hi' }]],
    ['messages', 'messages[0].content', [{ role: 'user', content: 7 }]],
    ['messages', 'messages[0].content', [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }]],
    ['max_tokens', 'max_tokens', 0],
    ['max_completion_tokens', 'max_completion_tokens', 1e6],
    ['top_logprobs', 'top_logprobs', 2],
    ['tools', 'tools', [{ type: 'function' }]],
  ];
  it.each(CHAT_FIELDS)('chat %s, at %s', async (field, param, value) => {
    expect(await refusal('/v1/chat/completions', { ...chat, [field]: value })).toMatchObject({
      code: 'invalid_value',
      param,
    });
  });

  it.each(['-1', '1e999', '1.1e12', '"1"', '-0.001'])(
    'names the device time before programming or beyond all: %s',
    async (time) => {
      const body = `{"model":"tiny@pcm-standard","prompt":"Hi","ohmlight":{"device_time_s":${time}}}`;
      const error = await refusal('/v1/completions', body);
      expect(error).toMatchObject({ code: 'invalid_value', param: 'ohmlight.device_time_s' });
      expect(error.message).toMatch(
        /lies before programming|beyond the latest|number of seconds|not valid JSON|finite/,
      );
    },
  );

  it('while unknown fields, nulls and fields that ask for nothing are taken', async () => {
    const nothing = {
      user: 'me',
      best_of: 1,
      suffix: null,
      stop: null,
      logprobs: null,
      seed: null,
      tools: [],
      unheard_of: {},
    };
    expect((await t.post('/v1/completions', { ...completion, ...nothing })).status).toBe(200);
    expect(
      (await t.post('/v1/chat/completions', { ...chat, tools: [], response_format: { type: 'text' } })).status,
    ).toBe(200);
  });
});

describe('a body', () => {
  it.each(['{"model":', '', '[1]', '"text"', 'null', '['.repeat(50_000)])(
    'that is no JSON object is invalid_json (%#)',
    async (body) => {
      expect(await refusal('/v1/completions', body)).toMatchObject({ code: 'invalid_json', param: null });
    },
  );

  it('of another content type is invalid_json, naming the right one', async () => {
    const response = await t.post('/v1/completions', completion, { headers: { 'content-type': 'text/plain' } });
    expect(response.status).toBe(400);
    expect(((await response.json()) as ErrorAnswer).error.message).toContain('application/json');
  });

  it('nested deeper than the stack is refused like any other', async () => {
    const deep = `{"model":"tiny","prompt":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(await refusal('/v1/completions', deep)).toMatchObject({ code: 'invalid_value', param: 'prompt' });
  });

  it('over the limit is body_too_large', async () => {
    const error = await refusal('/v1/completions', { ...completion, prompt: 'x'.repeat(5 * 1024 * 1024) }, 413);
    expect(error.code).toBe('body_too_large');
  });
});

describe('what does not exist', () => {
  it.each(['gpt-4', 'tiny@warp', 'other@crossbar-basic'])(
    'model %s is model_not_found and lists what exists',
    async (model) => {
      for (const [path, body] of [
        ['/v1/completions', completion],
        ['/v1/chat/completions', chat],
      ] as const) {
        const error = await refusal(path, { ...body, model }, 404);
        expect(error).toMatchObject({ code: 'model_not_found', param: 'model' });
        expect(error.message).toMatch(/tiny.*crossbar-basic.*digital-fp32.*homodyne-basic/);
      }
    },
  );

  it('paths and methods answer in the same shape', async () => {
    const nowhere = await fetch(`${t.url}/v2/completions`);
    expect([nowhere.status, ((await nowhere.json()) as ErrorAnswer).error.code]).toEqual([404, 'not_found']);
    const wrong = await fetch(`${t.url}/v1/models`, { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(((await wrong.json()) as ErrorAnswer).error.code).toBe('method_not_allowed');
    const malformed = await fetch(`${t.url}/v1/models/%E0%A4%A`);
    expect(malformed.status).toBe(400);
    expect(((await malformed.json()) as ErrorAnswer).error.code).toBeDefined();
  });
});

describe('a prompt over the context', () => {
  it('is context_length_exceeded, as tokens, text or chat', async () => {
    const ids = Array.from({ length: TINY_CONTEXT }, () => 40);
    expect(await refusal('/v1/completions', { ...completion, prompt: ids })).toMatchObject({
      code: 'context_length_exceeded',
      param: 'prompt',
    });
    expect(await refusal('/v1/completions', { ...completion, prompt: 'x'.repeat(300) })).toMatchObject({
      code: 'context_length_exceeded',
    });
    const long = { role: 'user', content: 'a story '.repeat(200_000) };
    expect(await refusal('/v1/chat/completions', { ...chat, messages: [long] })).toMatchObject({
      code: 'context_length_exceeded',
      param: 'messages',
    });
  });

  it('fits with one token to spare, and the answer ends with the context', async () => {
    const prompt = Array.from({ length: TINY_CONTEXT - 1 }, () => 40);
    const response = await t.post('/v1/completions', { ...completion, prompt, max_tokens: 50 });
    const { usage, choices } = (await response.json()) as {
      usage: { completion_tokens: number };
      choices: { finish_reason: string }[];
    };
    expect([usage.completion_tokens, choices[0]!.finish_reason]).toEqual([1, 'length']);
  });
});

describe('overload and faults', () => {
  it('429 tells when to come back', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    t.matmuls.gate.before = () => promise;
    const held = Array.from({ length: 3 }, () => t.post('/v1/completions', completion));
    await expect.poll(() => t.gateway.engine.running + t.gateway.engine.waiting).toBe(3);
    const response = await t.post('/v1/completions', completion);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(response.headers.get('retry-after-ms'))).toBeGreaterThanOrEqual(1000);
    expect(((await response.json()) as ErrorAnswer).error).toMatchObject({
      type: 'rate_limit_error',
      code: 'overloaded',
    });
    t.matmuls.gate.before = () => {};
    resolve();
    for (const answer of held) expect((await answer).status).toBe(200);
  });

  it('a core that answers nonsense fails the request by name, tells clients not to retry, and the gateway lives', async () => {
    t.matmuls.gate.before = () => {
      throw new OhmlightError('core_bad_reply', 'core x answered with a value that is not finite');
    };
    const response = await t.post('/v1/completions', completion);
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([502, 'false']);
    expect(((await response.json()) as ErrorAnswer).error).toMatchObject({
      type: 'device_error',
      code: 'core_bad_reply',
    });
    t.matmuls.gate.before = () => {};
    expect((await t.post('/v1/completions', completion)).status).toBe(200);
    const metrics = await (await fetch(`${t.url}/metrics`)).text();
    expect(metrics).toMatch(/ohmlight_request_errors_total\{code="core_bad_reply"\} 1/);
  });

  it('a fault in mid-stream is an event of the stream, and the stream ends', async () => {
    let phases = 0;
    t.matmuls.gate.before = () => {
      if (++phases > 20) throw new OhmlightError('core_unavailable', 'every core was lost');
    };
    const response = await t.post('/v1/completions', { ...completion, max_tokens: 30, stream: true, ignore_eos: true });
    expect(response.status).toBe(200);
    const events = (await response.text()).trim().split('\n\n');
    t.matmuls.gate.before = () => {};
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(JSON.parse(events.at(-2)!.slice(6))).toEqual({
      error: { message: 'every core was lost', type: 'device_error', param: null, code: 'core_unavailable' },
    });
  });

  it('a defect keeps its words to the log', async () => {
    t.matmuls.gate.before = () => {
      throw new TypeError('secret detail');
    };
    const error = await refusal('/v1/completions', completion, 500);
    t.matmuls.gate.before = () => {};
    expect(error).toMatchObject({ code: 'internal_error', type: 'server_error' });
    expect(error.message).not.toContain('secret');
  });
});

describe('x-request-id', () => {
  it.each([
    ['trace-42:a.b', true],
    ['has space', false],
    ['x'.repeat(200), false],
  ])('%s is taken over: %s', async (id, taken) => {
    const response = await fetch(`${t.url}/health`, { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id') === id).toBe(taken);
    expect(response.headers.get('x-request-id')).toBeTruthy();
  });
});
