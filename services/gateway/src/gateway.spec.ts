import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/start.js';

let t: TestGateway;
beforeEach(async () => {
  t = await startTestGateway();
});
afterEach(() => t.stop());

const body = { model: 'tiny', prompt: 'Hi', max_tokens: 20, ignore_eos: true };

describe('a gateway that stops', () => {
  it('lets running answers end, refuses new ones, then closes its port', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    t.matmuls.gate.before = () => promise;
    const running = t.post('/v1/completions', body);
    await expect.poll(() => t.gateway.engine.running).toBe(1);
    const closed = t.gateway.close();
    const refused = await t.post('/v1/completions', body);
    expect(refused.status).toBe(503);
    expect(((await refused.json()) as { error: { code: string } }).error.code).toBe('shutting_down');
    resolve();
    const answer = await running;
    expect([
      answer.status,
      ((await answer.json()) as { usage: { completion_tokens: number } }).usage.completion_tokens,
    ]).toEqual([200, 20]);
    await closed;
    await expect(fetch(`${t.url}/health`)).rejects.toThrow('fetch failed');
  });

  it('fails what does not end in time, with its reason', async () => {
    t.matmuls.gate.before = () => new Promise(() => {});
    const stuck = t.post('/v1/completions', body);
    await expect.poll(() => t.gateway.engine.running).toBe(1);
    await t.gateway.close();
    const answer = await stuck;
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([
      503,
      'shutting_down',
    ]);
  });
});
