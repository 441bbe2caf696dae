import { createLogger, Metrics } from '@ohmlight/telemetry';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, makeEngine, metricSum, OPTIONS, type TestEngine, tokensOf } from '../../testing/engine.js';
import { startTestGateway, type TestGateway } from '../../testing/start.js';
import { until } from '../../../../test/support/until.js';
import type { Generation } from '../engine/generation.js';
import { isShadowRequest, MAX_BACKLOG, ShadowRequests } from './shadow-requests.js';

const PROMPT = [290, 39, 68, 75, 75, 78];
const REFERENCE = 'digital-fp32';

let t: TestEngine;
beforeEach(async () => {
  t = await makeEngine({ shadowRequestShare: 1 });
});
afterEach(() => t.remove());

const outcomes = (outcome: string): Promise<number> =>
  metricSum(t.metrics, 'ohmlight_shadow_requests_total', { outcome });
const countOf = (name: string): Promise<number> => metricSum(t.metrics, name, {});
const histogramCount = async (name: string): Promise<number> => {
  const { values } = await t.metrics.registry.getSingleMetric(name)!.get();
  return values
    .filter((value) => 'metricName' in value && value.metricName === `${name}_count`)
    .reduce((sum, { value }) => sum + value, 0);
};

/** Runs a request to its end and tells the engine that the answer was sent. */
async function answer(seed: number, more: { placement?: string; agreement?: boolean } = {}): Promise<Generation> {
  const { placement = 'crossbar-basic', agreement = false } = more;
  const generation = t.submit(PROMPT, seed, { agreement }, { placement });
  await tokensOf(generation);
  t.engine.answered(generation);
  return generation;
}

describe('the sample', () => {
  const request = (seed: number, prompt: readonly number[] = PROMPT) => ({
    placement: 'crossbar-basic',
    options: OPTIONS,
    seed: BigInt(seed),
    prompts: [prompt],
  });

  it('is about the share asked for, and the same whenever a request runs', () => {
    const chosen = Array.from({ length: 4000 }, (_, seed) => isShadowRequest(request(seed), 0.1));
    expect(chosen.filter(Boolean).length / chosen.length).toBeCloseTo(0.1, 1);
    expect(chosen).toEqual(chosen.map((_, seed) => isShadowRequest(request(seed), 0.1)));
    expect(isShadowRequest(request(-1), 1)).toBe(true);
    expect(isShadowRequest(request(1), 0)).toBe(false);
  });

  it('tells prompts of one seed apart', () => {
    const chosen = Array.from({ length: 1000 }, (_, token) => isShadowRequest(request(7, [290, token]), 0.5));
    expect(chosen.filter(Boolean).length / 1000).toBeCloseTo(0.5, 1);
  });

  it('leaves out the reference, and what asks for the check itself', () => {
    expect(isShadowRequest({ ...request(1), placement: REFERENCE }, 1)).toBe(false);
    expect(isShadowRequest({ ...request(1), options: { ...OPTIONS, agreement: true } }, 1)).toBe(false);
  });
});

describe('a shadow request', () => {
  it('is checked once its answer was sent, and not before', async () => {
    const generation = t.submit(PROMPT, 4);
    const tokens = await tokensOf(generation);
    const calls = t.matmuls.calls;
    expect(await outcomes('ok')).toBe(0);
    t.engine.answered(generation);
    await until(async () => (await outcomes('ok')) === 1, 'the check');
    expect(t.matmuls.calls).toBeGreaterThan(calls);
    expect(await countOf('ohmlight_token_agreement_total')).toBe(tokens[0]!.length);
    expect(await histogramCount('ohmlight_logit_kl_nats')).toBe(tokens[0]!.length);
    expect(await histogramCount('ohmlight_perplexity_ratio')).toBe(1);
  });

  it('has the answer that it has without', async () => {
    const quiet = await makeEngine();
    const plain = await tokensOf(quiet.submit(PROMPT, 4));
    await quiet.remove();
    expect(await tokensOf(t.submit(PROMPT, 4))).toEqual(plain);
  });

  it('is counted once where it asks for the check, and not at all on the reference', async () => {
    await answer(4, { placement: REFERENCE });
    const generation = await answer(4, { agreement: true });
    await t.engine.agreement(generation, new AbortController().signal);
    expect(await countOf('ohmlight_shadow_requests_total')).toBe(0);
    expect(await countOf('ohmlight_token_agreement_total')).toBe(generation.completionTokens);
  });

  it('that nobody read to its end is not checked', async () => {
    const gone = new AbortController();
    const generation = t.submit(PROMPT, 4, {}, {}, gone.signal);
    gone.abort();
    await expect(eventsOf(generation)).rejects.toThrow('disconnected');
    t.engine.answered(generation);
    expect(await countOf('ohmlight_shadow_requests_total')).toBe(0);
  });

  it('that the reference fails is counted by its code, and the next one goes on', async () => {
    let failures = 1;
    t.matmuls.gate.before = (_call, placement) => {
      if (placement === REFERENCE && failures-- > 0) throw new TypeError('gone');
    };
    await answer(4);
    await answer(5);
    await until(async () => (await outcomes('ok')) === 1 && (await outcomes('internal_error')) === 1, 'both');
    expect(await countOf('ohmlight_shadow_requests_total')).toBe(2);
  });

  it('is dropped where as many wait as may, and when the engine stops; answers wait for none', async () => {
    t.matmuls.gate.before = (_call, placement) => (placement === REFERENCE ? new Promise(() => {}) : undefined);
    // One is being checked, the backlog is full, two are too many.
    for (let seed = 0; seed < MAX_BACKLOG + 3; seed++) await answer(seed);
    expect(await outcomes('dropped')).toBe(2);
    await t.engine.stop(0);
    await until(async () => (await outcomes('dropped')) === MAX_BACKLOG + 3, 'all');
    expect(await outcomes('ok')).toBe(0);
  });

  it('is dropped while requests wait for a place', async () => {
    const metrics = new Metrics('gateway', 'test');
    const checked: Generation[] = [];
    let overloaded = true;
    const shadows = new ShadowRequests({
      check: async (generation) => {
        checked.push(generation);
        return { checked: 0, agree: 0, klPositions: 0, klSum: 0, logLikelihoodDifference: 0 };
      },
      overloaded: () => overloaded,
      metrics,
      log: createLogger('gateway', 'test', 'silent'),
    });
    const generation = t.submit(PROMPT, 1);
    await tokensOf(generation);
    shadows.offer(generation);
    expect(await metricSum(metrics, 'ohmlight_shadow_requests_total', { outcome: 'dropped' })).toBe(1);
    overloaded = false;
    shadows.offer(generation);
    expect(checked).toEqual([generation]);
  });
});

describe('over HTTP', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ OHMLIGHT_SHADOW_REQUEST_SHARE: '1' });
  });
  afterAll(() => gateway.stop());

  const served = async (name: string): Promise<number> => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  it.each([false, true])('an answer is whole, and checked behind it; stream: %s', async (stream) => {
    const before = await served('ohmlight_shadow_requests_total');
    const body = { model: 'tiny@crossbar-basic', prompt: 'Hello', max_tokens: 8, seed: 4, ignore_eos: true, stream };
    const response = await gateway.post('/v1/completions', body);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).not.toContain('"agreement"');
    await until(async () => (await served('ohmlight_shadow_requests_total')) === before + 1, 'the check');
    expect(await served('ohmlight_token_agreement_total')).toBe(8 * (before + 1));
    expect(await served('ohmlight_perplexity_ratio_count')).toBe(before + 1);
  });
});

it('agreement is served at 0 before anything was checked', async () => {
  const labels = { model: 'tiny', placement: 'crossbar-basic' };
  const { values } = await t.metrics.registry.getSingleMetric('ohmlight_token_agreement_total')!.get();
  const zeros = values.filter(({ labels: own }) => own['placement'] === labels.placement);
  expect(zeros).toEqual([
    { value: 0, labels: { ...labels, agree: 'true' } },
    { value: 0, labels: { ...labels, agree: 'false' } },
  ]);
});
