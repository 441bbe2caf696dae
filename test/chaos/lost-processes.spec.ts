import OpenAI from 'openai';
import { afterEach, expect, it } from 'vitest';
import { chatBody, chatText, post } from '../support/chat.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const SLOW = 300_000;
const MODEL = 'nano@crossbar-basic';
const TOKENS = 48;

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.stop();
  stack = undefined;
}, SLOW);

/** Streams a chat; `inTheMiddle` happens once a few tokens have come. */
async function streamChat(url: string, seed: number, inTheMiddle: () => void): Promise<string> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'unused', maxRetries: 0, timeout: SLOW });
  const stream = await client.chat.completions.create({ ...chatBody(MODEL, seed, TOKENS), stream: true });
  let text = '';
  let pieces = 0;
  for await (const chunk of stream) {
    const piece = chunk.choices[0]?.delta.content ?? '';
    text += piece;
    if (piece && ++pieces === 5) inTheMiddle();
  }
  return text;
}

it('a request finishes with the same text when one of two cores is killed under it', { timeout: SLOW }, async () => {
  stack = await startStack({ placements: ['crossbar-basic'], cores: { electronic: 2, optical: 1, digital: 1 } });
  const { url, pid } = stack;
  const expected = await chatText(url, MODEL, 5, TOKENS);
  const killed = pid('analog-crossbar-2');
  let kills = 0;
  const text = await streamChat(url, 5, () => {
    process.kill(killed, 'SIGKILL');
    kills++;
  });
  expect(kills).toBe(1);
  expect(text).toBe(expected);
  expect(stack.notices.join('\n')).toContain(
    `analog-crossbar-2 (pid ${killed}) was ended by SIGKILL; starting it again`,
  );
  await until(() => pid('analog-crossbar-2') !== killed, 'the core to be started again', SLOW);
});

it(
  'a request finishes with the same text when one of two dispatchers is killed under it',
  { timeout: SLOW },
  async () => {
    stack = await startStack({ placements: ['crossbar-basic'], dispatchers: 2, restart: false });
    const { url, pid } = stack;
    const expected = await chatText(url, MODEL, 5, TOKENS);
    const text = await streamChat(url, 5, () => process.kill(pid('dispatcher'), 'SIGKILL'));
    expect(text).toBe(expected);
    expect(stack.notices.join('\n')).toContain('dispatcher (pid');
  },
);

it(
  'a request finishes with the same text when the only dispatcher is killed and started again',
  { timeout: SLOW },
  async () => {
    stack = await startStack({ placements: ['crossbar-basic'] });
    const { url, pid } = stack;
    const expected = await chatText(url, MODEL, 5, TOKENS);
    const killed = pid('dispatcher');
    expect(await streamChat(url, 5, () => process.kill(killed, 'SIGKILL'))).toBe(expected);
    expect(pid('dispatcher')).not.toBe(killed);
  },
);

it(
  'a request fails by name when the only core of its pool is lost, and other placements live on',
  { timeout: SLOW },
  async () => {
    stack = await startStack({ placements: ['crossbar-basic', 'digital-fp32'], restart: false });
    const { url, pid } = stack;
    await chatText(url, MODEL, 5, 4);
    process.kill(pid('analog-crossbar'), 'SIGKILL');
    const { status, body } = await post(url, '/v1/chat/completions', chatBody(MODEL, 5, TOKENS));
    expect({ status, body }).toMatchObject({
      status: 503,
      body: { error: { code: 'core_unavailable', type: 'device_error' } },
    });
    expect(await chatText(url, 'nano@digital-fp32', 5, 4)).not.toBe('');
  },
);
