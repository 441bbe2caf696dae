import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chat, chatBody, chatText, post } from '../support/chat.js';
import { layers, PLACEMENTS, type Stack, startStack } from '../support/stack.js';

const SLOW = 180_000;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
}, SLOW);
afterAll(() => stack?.stop(), SLOW);

describe.each(PLACEMENTS)('nano@%s', (placement) => {
  const model = `nano@${placement}`;

  it(
    'answers a chat and tells what it cost, in 4 × layers + 1 dependent phases a token',
    { timeout: SLOW },
    async () => {
      const { choices, usage, ohmlight } = await chat(stack.url, model, 11);
      expect(choices[0]!.message.content).toMatch(/[a-z]/);
      expect(choices[0]!.finish_reason).toBe('length');
      expect(usage.completion_tokens).toBe(16);
      expect(ohmlight.placement).toBe(placement);
      expect(ohmlight.modelled.seconds).toBeGreaterThan(0);
      expect(ohmlight.modelled.joules).toBeGreaterThan(0);
      // The prompt fits one step, which gives the first token; each later step gives one more.
      expect(ohmlight.steps).toBe(16);
      expect(ohmlight.phases).toBe(16 * (4 * layers() + 1));
    },
  );

  it('gives one seed one text: again, and with 8 requests in flight beside it', { timeout: SLOW }, async () => {
    const alone = await chatText(stack.url, model, 5);
    expect(await chatText(stack.url, model, 5)).toBe(alone);
    const beside = Array.from({ length: 8 }, (_, i) => chatText(stack.url, model, 100 + i, 6 + i));
    const [crowded, ...others] = await Promise.all([chatText(stack.url, model, 5), ...beside]);
    expect(crowded).toBe(alone);
    expect(new Set([alone, ...others]).size).toBeGreaterThan(5);
  });

  it('streams to the openai client what it answers at once', { timeout: SLOW }, async () => {
    const client = new OpenAI({ baseURL: `${stack.url}/v1`, apiKey: 'unused', maxRetries: 0 });
    const stream = await client.chat.completions.create({ ...chatBody(model, 7), stream: true });
    const pieces: string[] = [];
    for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta.content ?? '');
    expect(pieces.filter(Boolean).length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(await chatText(stack.url, model, 7));
  });
});

describe('a fused placement', () => {
  it.each(['fused-pcm', 'fused-gilbert'])(
    'answers nano@%s in 3 × layers + 1 phases a token, the same for a seed, and books ffn',
    { timeout: SLOW },
    async (placement) => {
      const answer = await chat(stack.url, `nano@${placement}`, 11);
      expect(answer.ohmlight.placement).toBe(placement);
      expect(answer.ohmlight.phases).toBe(16 * (3 * layers() + 1));
      expect(await chatText(stack.url, `nano@${placement}`, 11)).toBe(answer.choices[0]!.message.content);
      const gateway = (await stack.records()).find(({ service }) => service === 'gateway')!;
      const metrics = await (await fetch(`http://${gateway.httpAddress}/metrics`)).text();
      const profile = placement === 'fused-pcm' ? 'pcm-standard' : 'gilbert-opamp-cmos';
      const booked = metrics
        .split('\n')
        .filter((line) => line.startsWith('ohmlight_macs_total{') && line.includes(`profile="${profile}"`));
      const operations = booked.map((line) => /op="([a-z_]+)"/.exec(line)![1]);
      expect(operations.toSorted()).toEqual(['ffn', 'lm_head', 'o', 'qkv']);
    },
  );
});

describe('a placement with rules for layers', () => {
  it('answers nano@hybrid-layers in the phases of each layer, the same for a seed', { timeout: SLOW }, async () => {
    const answer = await chat(stack.url, 'nano@hybrid-layers', 11);
    // Two layers of four phases, two of three with a fused feed-forward part, and lm_head.
    expect(answer.ohmlight.phases).toBe(16 * (2 * 4 + 2 * 3 + 1));
    expect(await chatText(stack.url, 'nano@hybrid-layers', 11)).toBe(answer.choices[0]!.message.content);
  });
});

describe('the installation', () => {
  it('costs differently on every placement', { timeout: SLOW }, async () => {
    const answers = await Promise.all(PLACEMENTS.map((placement) => chat(stack.url, `nano@${placement}`, 11)));
    expect(new Set(answers.map(({ ohmlight }) => ohmlight.modelled.joules)).size).toBe(PLACEMENTS.length);
  });

  it('serves the metrics of every process', async () => {
    const records = await stack.records();
    expect(records.map(({ service }) => service).toSorted()).toEqual([
      'analog-crossbar',
      'digital-pool',
      'dispatcher',
      'gateway',
      'optical-core',
    ]);
    for (const { service, httpAddress } of records) {
      const response = await fetch(`http://${httpAddress}/metrics`);
      expect(response.status).toBe(200);
      expect(await response.text()).toMatch(new RegExp(`ohmlight_build_info\\{[^}]*service="${service}"[^}]*\\} 1`));
    }
  });

  it('names what exists when a model does not', async () => {
    const { status, body } = await post(stack.url, '/v1/chat/completions', chatBody('nano@abacus', 1));
    expect(status).toBe(404);
    expect(body).toMatchObject({
      error: { code: 'model_not_found', message: expect.stringContaining('crossbar-basic') },
    });
  });
});
