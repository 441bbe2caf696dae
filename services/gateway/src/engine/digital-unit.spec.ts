import { OhmlightError } from '@ohmlight/contracts';
import { WorkerDigitalUnit } from '@ohmlight/transformer';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { eventsOf, makeEngine, type TestEngine, tokensOf } from '../../testing/engine.js';
import { WatchedUnit } from '../../testing/watched-unit.js';

const PROMPT = [290, 39, 68, 75, 75, 78];
const LONG_PROMPT = Array.from({ length: 40 }, (_, i) => (i * 7) % 250);

const engines: TestEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.remove();
});

async function watched(): Promise<{ t: TestEngine; unit: WatchedUnit }> {
  let unit: WatchedUnit | undefined;
  const t = await makeEngine({}, (weights) => (unit = new WatchedUnit(weights)));
  engines.push(t);
  return { t, unit: unit! };
}

describe('the KV cache of a sequence is given back', () => {
  it('when it ends, each choice for itself', async () => {
    const { t, unit } = await watched();
    const held: number[] = [];
    unit.before = () => held.push(unit.open.size);
    await Promise.all([
      tokensOf(t.submit(PROMPT, 1, { maxTokens: 3, ignoreEos: true }, { choices: 2 })),
      tokensOf(t.submit(PROMPT, 2, { maxTokens: 9, ignoreEos: true })),
    ]);
    expect(Math.max(...held)).toBe(3);
    expect(held.at(-1)).toBe(1);
    expect([unit.made, unit.open.size]).toEqual([3, 0]);
  });

  it('when its client leaves in the middle of a step, once the step is over', async () => {
    const { t, unit } = await watched();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: held, resolve: atGate } = Promise.withResolvers<void>();
    // The second step: one row of the sequence that stays, the prompt of the other.
    t.matmuls.gate.before = ({ operation, batch }) => {
      const both = operation === 'gate_up' && batch.rows === 1 + PROMPT.length;
      if (both) atGate();
      return both ? promise : undefined;
    };
    const client = new AbortController();
    const stays = t.submit(PROMPT, 2, { maxTokens: 4, ignoreEos: true });
    const left = t.submit(PROMPT, 1, {}, {}, client.signal);
    await held;
    client.abort();
    await expect(eventsOf(left)).rejects.toThrow('disconnected');
    expect(unit.open.size).toBe(2);
    resolve();
    await tokensOf(stays);
    expect(unit.open.size).toBe(0);
  });

  it('when a step fails, and after a check against the reference', async () => {
    const { t, unit } = await watched();
    t.matmuls.gate.before = () => {
      throw new OhmlightError('core_unavailable', 'gone');
    };
    await expect(tokensOf(t.submit(PROMPT, 1, {}, { choices: 3 }))).rejects.toThrow('gone');
    expect([unit.made, unit.open.size]).toEqual([3, 0]);
    t.matmuls.gate.before = () => {};
    const generation = t.submit(PROMPT, 4, { agreement: true });
    await tokensOf(generation);
    await t.engine.agreement(generation, new AbortController().signal);
    expect([unit.made, unit.open.size]).toEqual([5, 0]);
  });
});

describe('a sequence that the digital unit cannot run', () => {
  it('for want of room fails alone', async () => {
    const { t, unit } = await watched();
    const alone = await tokensOf(t.submit(PROMPT, 1));
    unit.before = ({ positions }) => {
      if (positions.some((position) => position >= 30)) throw new OhmlightError('capacity_exceeded', 'no room');
    };
    const long = t.submit(LONG_PROMPT, 2);
    const short = t.submit(PROMPT, 1);
    const [refused, answer] = await Promise.allSettled([eventsOf(long), tokensOf(short)]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'capacity_exceeded' } });
    expect(answer).toEqual({ status: 'fulfilled', value: alone });
  });

  it('since its step failed there goes on alone where it was not at fault', async () => {
    const { t, unit } = await watched();
    const alone = await tokensOf(t.submit(PROMPT, 1));
    let failures = 0;
    unit.before = ({ caches }) => {
      if (new Set(caches).size < 2 || failures++ > 0) return;
      throw new OhmlightError('internal_error', 'the thread died');
    };
    const both = [t.submit(PROMPT, 1), t.submit(LONG_PROMPT, 2)];
    const [first] = await Promise.all(both.map(tokensOf));
    expect(failures).toBeGreaterThan(1);
    expect(first).toEqual(alone);
  });
});

it('sequences outlive the thread of the digital unit, which has the bits of the other', async () => {
  let unit: WorkerDigitalUnit | undefined;
  const t = await makeEngine({}, (weights) => (unit = new WorkerDigitalUnit(weights, { inlineFlops: 0 })));
  engines.push(t);
  const inline = (await watched()).t;
  const expected = await Promise.all([inline.submit(PROMPT, 1), inline.submit(LONG_PROMPT, 3)].map(tokensOf));

  const { promise, resolve } = Promise.withResolvers<void>();
  t.matmuls.gate.before = () => promise;
  const underWay = Promise.all([t.submit(PROMPT, 1), t.submit(LONG_PROMPT, 3)].map(tokensOf));
  await expect.poll(() => t.matmuls.calls).toBe(1);
  const { thread } = (unit as unknown as { executor: { thread: { run: { worker: Worker } } } }).executor;
  await thread.run.worker.terminate();
  resolve();
  expect(await underWay).toEqual(expected);
});
