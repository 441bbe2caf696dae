import { compareOutputs } from '@ohmlight/matmul';
import type { MatmulReply } from '@ohmlight/transformer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEngine, type TestEngine, tokensOf } from '../../testing/engine.js';
import { startTestGateway } from '../../testing/start.js';
import { TINY_LAYERS } from '../../testing/tiny-checkpoint.js';
import { RequestErrors } from './request-errors.js';

const PROMPT = [290, 39, 68, 75, 75, 78];
const REFERENCE = 'digital-fp32';

let t: TestEngine;
beforeEach(async () => {
  t = await makeEngine();
});
afterEach(() => t.remove());

describe('errors of a request', () => {
  it('cover every phase of its steps, by layer and operation, and change no answer', async () => {
    const plain = await tokensOf(t.submit(PROMPT, 4));
    const generation = t.submit(PROMPT, 4, { errors: true });
    expect(await tokensOf(generation)).toEqual(plain);
    const report = await generation.errors!.report();
    const perLayer = ['qkv', 'o', 'gate_up', 'down'];
    const expected = Array.from({ length: TINY_LAYERS }, (_, layer) => perLayer.map((op) => ({ op, layer }))).flat();
    expect(report.map(({ op, layer }) => ({ op, layer }))).toEqual([
      ...expected,
      { op: 'lm_head', layer: TINY_LAYERS },
    ]);
    for (const { phases, relative_error: error, snr_db: decibels, cosine } of report) {
      expect(phases).toBe(generation.cost.steps);
      expect(error).toBeGreaterThan(1e-4);
      expect(error).toBeLessThan(0.5);
      expect(decibels).toBeCloseTo(-20 * Math.log10(error), 9);
      expect(1 - cosine).toBeCloseTo(error ** 2 / 2, 2);
    }
  });

  it('are those of its own rows, whoever shares its steps', async () => {
    const alone = t.submit(PROMPT, 4, { errors: true });
    await tokensOf(alone);
    const beside = [
      t.submit([290, 70], 5),
      t.submit(PROMPT, 4, { errors: true }),
      t.submit(PROMPT, 6, { errors: true }),
    ];
    await Promise.all(beside.map(tokensOf));
    const [expected, shared, other] = await Promise.all(
      [alone, beside[1]!, beside[2]!].map(({ errors }) => errors!.report()),
    );
    expect(shared).toEqual(expected);
    expect(other).not.toEqual(expected);
  });

  it('are none on the reference', async () => {
    const generation = t.submit(PROMPT, 4, { errors: true }, { placement: REFERENCE });
    await tokensOf(generation);
    for (const row of await generation.errors!.report())
      expect(row).toMatchObject({ relative_error: 0, snr_db: 180, cosine: 1 });
  });

  it('end with the first comparison that fails; the answer stands', async () => {
    t.matmuls.gate.before = (_call, placement) => {
      if (placement === REFERENCE) throw new TypeError('gone');
    };
    const generation = t.submit(PROMPT, 4, { errors: true });
    expect((await tokensOf(generation))[0]!.length).toBeGreaterThan(0);
    await expect(generation.errors!.report()).rejects.toMatchObject({ code: 'internal_error' });
  });

  it('wait where as many comparisons are under way as may', async () => {
    const open: (() => void)[] = [];
    const y = Float32Array.of(1);
    const errors = new RequestErrors({
      execute: () => new Promise((resolve) => open.push(() => resolve({ y } as MatmulReply))),
    });
    const batch = { rows: 1, x: y, seeds: BigUint64Array.of(1n), positions: Uint32Array.of(1) };
    const compare = () => errors.compare({ layer: 0, operation: 'o', batch }, Float32Array.of(1.5), 0, 1);
    for (let i = 0; i < 7; i++) await compare();
    let waited = true;
    const eighth = compare().then(() => (waited = false));
    await new Promise(setImmediate);
    expect(waited).toBe(true);
    open.splice(0).forEach((end) => end());
    await eighth;
    const { error, decibels, cosine } = compareOutputs(Float32Array.of(1.5), y);
    expect(await errors.report()).toEqual([
      { op: 'o', layer: 0, phases: 8, relative_error: error, snr_db: decibels, cosine },
    ]);
  });
});

it.each([false, true])('the response tells them where it was asked to; stream: %s', async (stream) => {
  const gateway = await startTestGateway();
  const body = { model: 'tiny@crossbar-basic', prompt: 'Hello', max_tokens: 4, seed: 4, stream };
  const text = await (await gateway.post('/v1/completions', { ...body, ohmlight: { errors: true } })).text();
  const plain = await (await gateway.post('/v1/completions', body)).text();
  await gateway.stop();
  const last = text.split('\n').findLast((line) => line.includes('"ohmlight"'))!;
  const { ohmlight } = JSON.parse(last.replace('data: ', '')) as { ohmlight: { errors: { by_operation: object[] } } };
  expect(ohmlight.errors.by_operation).toHaveLength(4 * TINY_LAYERS + 1);
  expect(plain).not.toContain('by_operation');
});
