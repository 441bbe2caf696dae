import { OhmlightError, totalJoules } from '@ohmlight/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, makeEngine, metricSum, type TestEngine, textOf, tokensOf } from '../../testing/engine.js';
import { TINY_CONTEXT, TINY_LAYERS } from '../../testing/tiny-checkpoint.js';
import { ClientGone } from './generation.js';

const PROMPT = [290, 39, 68, 75, 75, 78];
const LONG_PROMPT = Array.from({ length: 40 }, (_, i) => (i * 7) % 250);

let t: TestEngine;
beforeEach(async () => {
  t = await makeEngine();
});
afterEach(() => t.remove());

/** Holds every matmul. */
function hold(): void {
  t.matmuls.gate.before = () => new Promise(() => {});
}

describe('the running batch', () => {
  it('gives the same tokens for the same seed, alone and with eight others in flight', async () => {
    const alone = await tokensOf(t.submit(PROMPT, 11));
    const others = Array.from({ length: 8 }, (_, i) => t.submit(LONG_PROMPT.slice(i), 100 + i, { maxTokens: 10 + i }));
    const among = t.submit(PROMPT, 11);
    const late = t.submit(LONG_PROMPT, 12);
    expect(await tokensOf(among)).toEqual(alone);
    await Promise.all([...others, late].map(tokensOf));
    expect(alone[0]!.length).toBe(16);
    expect(await tokensOf(t.submit(PROMPT, 12))).not.toEqual(alone);
  });

  it('runs a request that comes later in the steps of one that is under way', async () => {
    const rows: number[] = [];
    const { promise, resolve: release } = Promise.withResolvers<void>();
    t.matmuls.gate.before = (call) => {
      if (call.layer === 0 && call.operation === 'qkv') rows.push(call.batch.rows);
      return promise;
    };
    const first = t.submit([290], 1, { maxTokens: 6, ignoreEos: true });
    const second = t.submit([290, 40], 2, { maxTokens: 3, ignoreEos: true });
    release();
    await Promise.all([tokensOf(first), tokensOf(second)]);
    // The first step admits what waited when it began; two rows of the second's prompt join, then it leaves.
    expect(rows).toEqual([1, 3, 2, 2, 1, 1]);
    expect([t.engine.running, t.engine.waiting]).toEqual([0, 0]);
  });

  it('feeds a long prompt in chunks, and the chunk does not change the answer', async () => {
    const rows: number[] = [];
    t.matmuls.gate.before = (call) => {
      if (call.layer === 0 && call.operation === 'qkv') rows.push(call.batch.rows);
    };
    const chunked = await tokensOf(t.submit(LONG_PROMPT, 5, { maxTokens: 4, ignoreEos: true }));
    expect(rows).toEqual([8, 8, 8, 8, 8, 1, 1, 1]);
    const whole = await makeEngine({ limits: { maxRunning: 1, maxWaiting: 1, prefillChunk: 64 } });
    expect(await tokensOf(whole.submit(LONG_PROMPT, 5, { maxTokens: 4, ignoreEos: true }))).toEqual(chunked);
    await whole.remove();
  });

  it('keeps those over the limit waiting, first come first served, and refuses what finds no place', async () => {
    const small = await makeEngine({ limits: { maxRunning: 1, maxWaiting: 2, prefillChunk: 8 } });
    const order: string[] = [];
    const run = async (name: string): Promise<void> => {
      await eventsOf(small.submit(PROMPT, 1, { maxTokens: 2 }));
      order.push(name);
    };
    const done = [run('a'), run('b'), run('c')];
    expect([small.engine.running, small.engine.waiting]).toEqual([1, 2]);
    expect(() => small.submit(PROMPT, 1)).toThrow(expect.objectContaining({ code: 'overloaded' }));
    expect(small.engine.retryAfterSeconds('tiny', 'crossbar-basic')).toBeGreaterThanOrEqual(1);
    await Promise.all(done);
    expect(order).toEqual(['a', 'b', 'c']);
    expect(() => small.submit(PROMPT, 1, {}, { choices: 4 })).toThrow(
      expect.objectContaining({ code: 'invalid_value' }),
    );
    await small.remove();
  });
});

describe('a sequence ends', () => {
  it('at max_tokens, at the context, at the end-of-sequence token unless told not to', async () => {
    const [length] = await tokensOf(t.submit(PROMPT, 1, { maxTokens: 5, ignoreEos: true }));
    expect(length).toHaveLength(5);
    const context = t.submit(PROMPT, 1, { maxTokens: TINY_CONTEXT, ignoreEos: true });
    const events = await eventsOf(context);
    expect(context.sequences[0]!.tokens).toHaveLength(TINY_CONTEXT);
    expect(events.at(-1)).toEqual({ type: 'end', index: 0, reason: 'length' });

    const eos = { logitBias: new Map([[291, 100]]) };
    const stopped = t.submit(PROMPT, 1, eos);
    expect((await eventsOf(stopped)).at(-1)).toEqual({ type: 'end', index: 0, reason: 'stop' });
    expect(stopped.completionTokens).toBe(1);
    expect((await tokensOf(t.submit(PROMPT, 1, { ...eos, ignoreEos: true, maxTokens: 3 })))[0]).toEqual([
      291, 291, 291,
    ]);
    const later = t.submit(PROMPT, 1, { ...eos, minTokens: 4 });
    expect((await tokensOf(later))[0]!.indexOf(291)).toBe(4);
  });

  it('before a stop string, also one that lies across tokens', async () => {
    const plain = textOf(await eventsOf(t.submit(PROMPT, 21, { maxTokens: 30, ignoreEos: true })));
    const stop = plain.slice(9, 13);
    expect(stop).toHaveLength(4);
    const generation = t.submit(PROMPT, 21, { maxTokens: 30, ignoreEos: true, stop: [stop] });
    const events = await eventsOf(generation);
    expect(textOf(events)).toBe(plain.slice(0, plain.indexOf(stop)));
    expect(events.at(-1)).toEqual({ type: 'end', index: 0, reason: 'stop' });
    expect(generation.completionTokens).toBeLessThan(30);
  });

  it('with the text that decoding all its tokens at once gives, half characters included', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const generation = t.submit(PROMPT, seed, { maxTokens: 40, ignoreEos: true });
      const text = textOf(await eventsOf(generation));
      const { tokens, promptLength } = generation.sequences[0]!;
      expect(text).toBe(t.checkpoint.tokenizer.decode(tokens.slice(promptLength), { skipSpecialTokens: true }));
    }
  });

  it('when nobody reads it any more: its place is free at once, and an empty step is abandoned', async () => {
    hold();
    const gone = new AbortController();
    const generation = t.submit(PROMPT, 1, {}, {}, gone.signal);
    expect(t.engine.running).toBe(1);
    gone.abort();
    expect(t.engine.running).toBe(0);
    await expect(eventsOf(generation)).rejects.toThrow(ClientGone);
    expect(await metricSum(t.metrics, 'ohmlight_num_requests_running')).toBe(0);
    expect(await metricSum(t.metrics, 'ohmlight_request_success_total', { finished_reason: 'abort' })).toBe(1);
    t.matmuls.gate.before = () => {};
    expect((await tokensOf(t.submit(PROMPT, 1)))[0]).toHaveLength(16);
  });

  it('when the engine stops: running work gets its time, then the reason', async () => {
    const finishing = t.submit(PROMPT, 1, { maxTokens: 2 });
    await t.engine.stop(2_000);
    expect(await tokensOf(finishing)).toHaveLength(1);
    expect(() => t.submit(PROMPT, 1)).toThrow(expect.objectContaining({ code: 'shutting_down' }));
    const stuck = await makeEngine();
    await t.remove();
    t = stuck;
    hold();
    const generation = t.submit(PROMPT, 1);
    await t.engine.stop(0);
    await expect(eventsOf(generation)).rejects.toMatchObject({ code: 'shutting_down' });
  });
});

describe('a fault', () => {
  it('of a step fails its requests with its own name, and the engine goes on', async () => {
    let spoil = true;
    t.matmuls.gate.before = (call) => {
      if (spoil && call.operation === 'down') throw new OhmlightError('core_bad_reply', 'a value is not finite');
    };
    const generations = [t.submit(PROMPT, 1), t.submit(PROMPT, 2)];
    for (const generation of generations)
      await expect(eventsOf(generation)).rejects.toMatchObject({ code: 'core_bad_reply' });
    spoil = false;
    expect(await tokensOf(t.submit(PROMPT, 1))).toHaveLength(1);
    expect(t.engine.running).toBe(0);
  });

  it('of one row fails that request alone, and the others answer as ever', async () => {
    const alone = await tokensOf(t.submit(PROMPT, 1));
    t.matmuls.gate.before = (call) => {
      if (call.batch.seeds.includes(666n) && call.layer === 1)
        throw new OhmlightError('invalid_job', 'an activation is not finite');
    };
    const good = t.submit(PROMPT, 1);
    const bad = t.submit(PROMPT, 666);
    const [answer] = await Promise.all([
      tokensOf(good),
      expect(eventsOf(bad)).rejects.toMatchObject({ code: 'invalid_job' }),
    ]);
    expect(answer).toEqual(alone);
  });

  it('that is no error of the table is an internal one', async () => {
    t.matmuls.gate.before = () => {
      throw new TypeError('a defect');
    };
    await expect(eventsOf(t.submit(PROMPT, 1))).rejects.toMatchObject({ code: 'internal_error' });
  });
});

describe('choices', () => {
  it('derive their seeds; the first is the answer to a request for one', async () => {
    const one = await tokensOf(t.submit(PROMPT, 3));
    const three = await tokensOf(t.submit(PROMPT, 3, {}, { choices: 3 }));
    expect(three[0]).toEqual(one[0]);
    expect(new Set(three.map(String)).size).toBe(3);
    const two = await tokensOf(t.submit(PROMPT, 3, {}, { choices: 2, prompts: [PROMPT, LONG_PROMPT] }));
    expect(two.slice(0, 2)).toEqual(three.slice(0, 2));
  });
});

describe('the account', () => {
  it('of all requests, those that left early included, adds up to the metrics', async () => {
    const gone = new AbortController();
    const leaving = t.submit(LONG_PROMPT, 9, { maxTokens: 40, ignoreEos: true }, {}, gone.signal);
    const kept = [t.submit(PROMPT, 1), t.submit(LONG_PROMPT, 2, {}, { choices: 2 }), t.submit(PROMPT, 3)];
    const cut = (async () => {
      for await (const event of leaving.events) if (event.type === 'token') gone.abort();
    })();
    await expect(cut).rejects.toThrow(ClientGone);
    await Promise.all(kept.map(tokensOf));
    const all = [leaving, ...kept];
    expect(leaving.completionTokens).toBeGreaterThan(0);
    const joules = all.reduce((sum, { cost }) => sum + totalJoules(cost.ledger.joules), 0);
    const booked = await metricSum(t.metrics, 'ohmlight_modelled_energy_joules_total');
    expect(Math.abs(joules / booked - 1)).toBeLessThan(1e-9);
    const macs = all.reduce((sum, { cost }) => sum + cost.ledger.macs, 0);
    expect(macs / (await metricSum(t.metrics, 'ohmlight_macs_total'))).toBeCloseTo(1, 9);
    expect(all.reduce((sum, { completionTokens }) => sum + completionTokens, 0)).toBe(
      await metricSum(t.metrics, 'ohmlight_generation_tokens_total'),
    );
  });

  it('of a request alone is the sum of its phases: 4 × layers + 1 for each token', async () => {
    const generation = t.submit([290], 1, { maxTokens: 5, ignoreEos: true });
    await tokensOf(generation);
    const { cost } = generation;
    expect(cost.steps).toBe(5);
    expect(cost.phases).toBe(5 * (4 * TINY_LAYERS + 1));
    expect(cost.jobs).toBe(2 * cost.phases);
    expect(cost.decode.tokens).toBe(4);
    // One row a phase: 1 µs and 10 ns a row, and the digital unit beside it.
    expect(cost.ledger.seconds).toBeCloseTo(cost.phases * 1.01e-6 + cost.digitalUnit.seconds, 15);
    expect(totalJoules(cost.ledger.joules)).toBeCloseTo(cost.phases * 3.5e-9 + cost.digitalUnit.joules, 18);
  });

  it('counts a step once in seconds, however many choices are in it', async () => {
    const one = t.submit([290], 1, { maxTokens: 3, ignoreEos: true });
    await tokensOf(one);
    const four = t.submit([290], 1, { maxTokens: 3, ignoreEos: true }, { choices: 4 });
    await tokensOf(four);
    expect(four.cost.steps).toBe(3);
    expect(four.cost.phases).toBe(one.cost.phases);
    expect(four.cost.ledger.seconds).toBeLessThan(2 * one.cost.ledger.seconds);
    expect(four.cost.ledger.macs).toBeCloseTo(4 * one.cost.ledger.macs, 6);
  });
});
