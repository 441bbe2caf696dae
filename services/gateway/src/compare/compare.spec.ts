import type { MatmulCall } from '@ohmlight/transformer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, makeEngine, metricSum, type TestEngine, tokensOf } from '../../testing/engine.js';
import { perplexityRatio } from './agreement.js';
import { isShadowed } from './shadow-matmul.js';

const PROMPT = [290, 39, 68, 75, 75, 78];
const signal = new AbortController().signal;

let t: TestEngine;
beforeEach(async () => {
  t = await makeEngine({ shadowShare: 0.25 });
});
afterEach(() => t.remove());

describe('agreement with the reference', () => {
  it('is whole on the reference itself, with no divergence', async () => {
    const generation = t.submit(PROMPT, 4, { agreement: true }, { placement: 'digital-fp32' });
    await tokensOf(generation);
    const agreement = await t.engine.agreement(generation, signal);
    expect(agreement).toEqual({ checked: 16, agree: 16, klPositions: 16, klSum: 0, logLikelihoodDifference: 0 });
    expect(perplexityRatio(agreement)).toBe(1);
  });

  it('counts the tokens that the reference draws too, under penalties and choices as well', async () => {
    const options = { agreement: true, frequencyPenalty: 1, repetitionPenalty: 1.2, minTokens: 3, maxTokens: 24 };
    const generation = t.submit(PROMPT, 4, options, { choices: 2 });
    await tokensOf(generation);
    const agreement = await t.engine.agreement(generation, signal);
    expect(agreement.checked).toBe(generation.completionTokens);
    expect(agreement.agree).toBeGreaterThan(agreement.checked / 2);
    expect(agreement.agree).toBeLessThan(agreement.checked);
    expect(agreement.klSum).toBeGreaterThan(0);
    expect(await metricSum(t.metrics, 'ohmlight_token_agreement_total', { agree: 'true' })).toBe(agreement.agree);
    expect(await metricSum(t.metrics, 'ohmlight_token_agreement_total')).toBe(agreement.checked);
  });

  it('has the log-likelihoods that both placements give the same tokens as scores', async () => {
    const options = { agreement: true, logprobs: 0 };
    const generation = t.submit(PROMPT, 4, options);
    const scores = (await eventsOf(generation)).flatMap((event) =>
      event.type === 'token' ? [event.score!.logprob] : [],
    );
    const agreement = await t.engine.agreement(generation, signal);
    // The reference scores prompt and answer as a prompt.
    const whole = generation.sequences[0]!.tokens;
    const echo = { logprobs: 0, promptLogprobs: true, maxTokens: 1 };
    const echoed = t.submit(whole, 4, echo, { placement: 'digital-fp32' });
    const reference = (await eventsOf(echoed)).flatMap((event) =>
      event.type === 'prompt' ? event.scores.map((score) => score?.logprob ?? 0) : [],
    );
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const difference = sum(scores) - sum(reference.slice(PROMPT.length));
    expect(scores).toHaveLength(16);
    expect(reference).toHaveLength(whole.length);
    expect(agreement.logLikelihoodDifference).toBeCloseTo(difference, 5);
    expect(difference).not.toBe(0);
    expect(perplexityRatio(agreement)).toBeCloseTo(Math.exp(-difference / 16), 6);
  });

  it('needs no reference row beyond the last token but one', async () => {
    const generation = t.submit([290], 4, { agreement: true, maxTokens: 1 });
    await tokensOf(generation);
    expect(await t.engine.agreement(generation, signal)).toMatchObject({ checked: 1, klPositions: 1 });
  });
});

describe('shadow phases', () => {
  it('are the same ones for the same request, about the share asked for', () => {
    const call = (position: number, layer: number): MatmulCall => ({
      layer,
      operation: 'qkv',
      batch: { rows: 1, x: new Float32Array(1), seeds: BigUint64Array.of(5n), positions: Uint32Array.of(position) },
    });
    const calls = Array.from({ length: 4000 }, (_, i) => call(i % 500, Math.floor(i / 500)));
    const chosen = calls.map((one) => isShadowed(one, 0.1));
    expect(chosen.filter(Boolean).length / calls.length).toBeCloseTo(0.1, 1);
    expect(calls.map((one) => isShadowed(one, 0.1))).toEqual(chosen);
    expect(calls.some((one) => isShadowed(one, 0))).toBe(false);
    expect(calls.every((one) => isShadowed(one, 1))).toBe(true);
  });

  it('put error and signal-to-noise ratio into the metrics and change no answer', async () => {
    const quiet = await makeEngine();
    const plain = await tokensOf(quiet.submit(PROMPT, 4));
    await quiet.remove();
    expect(await tokensOf(t.submit(PROMPT, 4))).toEqual(plain);
    const jobs = await metricSum(t.metrics, 'ohmlight_shadow_jobs_total', { outcome: 'ok' });
    expect(jobs).toBeGreaterThan(10);
    const { values } = await t.metrics.registry.getSingleMetric('ohmlight_matmul_snr_decibels')!.get();
    const sum = (suffix: string): number =>
      values
        .filter((value) => 'metricName' in value && String(value.metricName).endsWith(suffix))
        .reduce((total, { value }) => total + value, 0);
    expect(sum('_count')).toBe(jobs);
    expect(sum('_sum') / jobs).toBeGreaterThan(10);
    // Layers' sums hold the same comparisons as the histograms of all.
    const metrics = (name: string): Promise<number> => metricSum(t.metrics, name);
    expect(await metrics('ohmlight_shadow_layer_jobs_total')).toBe(jobs);
    const squares = await metrics('ohmlight_shadow_layer_squared_error_total');
    expect(squares).toBeGreaterThan(0);
    const cosines = (await t.metrics.registry.getSingleMetric('ohmlight_matmul_cosine_ratio')!.get()).values;
    const cosine = cosines
      .filter((value) => 'metricName' in value && String(value.metricName).endsWith('_sum'))
      .reduce((total, { value }) => total + value, 0);
    expect(await metrics('ohmlight_shadow_layer_cosine_distance_total')).toBeCloseTo(jobs - cosine, 9);
    // With an error e of no direction, 1 − cosine is about e²/2.
    expect((jobs - cosine) / squares).toBeGreaterThan(0.3);
    expect((jobs - cosine) / squares).toBeLessThan(0.7);
    const layers = (await t.metrics.registry.getSingleMetric('ohmlight_shadow_layer_jobs_total')!.get()).values;
    expect(new Set(layers.map(({ labels }) => labels['layer']))).toEqual(new Set(['0', '1', '2']));
  });

  it('neither delay nor fail the request when the reference hangs or throws', async () => {
    t.matmuls.gate.before = (_call, placement) => (placement === 'digital-fp32' ? new Promise(() => {}) : undefined);
    expect(await tokensOf(t.submit(PROMPT, 4))).toHaveLength(1);
    t.matmuls.gate.before = (_call, placement) => {
      if (placement === 'digital-fp32') throw new TypeError('gone');
    };
    // A batch of its own: the other one's shadows all hang.
    expect(await tokensOf(t.submit(PROMPT, 4, {}, { placement: 'homodyne-basic' }))).toHaveLength(1);
    const outcome = { outcome: 'internal_error' };
    expect(await metricSum(t.metrics, 'ohmlight_shadow_jobs_total', outcome)).toBeGreaterThan(0);
  });
});
