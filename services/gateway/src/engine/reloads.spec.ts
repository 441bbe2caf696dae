import { loadProfiles } from '@ohmlight/devices';
import { afterEach, describe, expect, it } from 'vitest';
import { inProcessFactory } from '../../../../test/support/digital-reference.js';
import { makeEngine, metricSum, type TestEngine, tokensOf } from '../../testing/engine.js';
import { PROFILES } from '../../testing/start.js';
import { TINY_LAYERS } from '../../testing/tiny-checkpoint.js';
import type { MatmulFactory } from '../matmul/index.js';
import { reloadRows } from './reload-rows.js';
import { servedPlacements } from './served-placement.js';

const PHASES = 4 * TINY_LAYERS + 1;
const LONG_PROMPT = Array.from({ length: 40 }, (_, i) => (i * 7) % 250);
const profiles = loadProfiles(PROFILES);
const placement = 'phase-mask';

describe('a placement whose devices load weights in every step', () => {
  let t: TestEngine;
  let matmuls: MatmulFactory;
  const start = async (limits = { maxRunning: 16, maxWaiting: 64, prefillChunk: 8 }): Promise<void> => {
    matmuls = await inProcessFactory({ profiles });
    t = await makeEngine({
      matmulFor: ({ checkpoint }, placed) => matmuls.forPlacement(checkpoint, placed),
      reloadRowsOf: (_, placed) => reloadRows(placed, TINY_LAYERS, profiles.devices),
      limits,
    });
  };
  afterEach(async () => {
    await t.remove();
    await matmuls.close();
  });
  const submit = (prompt: readonly number[], seed: number, maxTokens: number, on = placement) =>
    t.submit(prompt, seed, { maxTokens, ignoreEos: true }, { placement: on });

  it.each([1, 8])('pays each load once for the rows of %i sequences of a step', async (choices) => {
    await start();
    const generation = t.submit([290], 1, { maxTokens: 4, ignoreEos: true }, { placement, choices });
    await tokensOf(generation);
    // Four steps, in each of which every matrix is loaded once, whatever the rows.
    expect(generation.cost.steps).toBe(4);
    expect(await metricSum(t.metrics, 'ohmlight_reloads_total', { profile: placement })).toBeCloseTo(4 * PHASES, 9);
    const seconds = await metricSum(t.metrics, 'ohmlight_modelled_reload_seconds_total', { profile: placement });
    expect(seconds).toBeCloseTo((4 * PHASES) / 60, 9);
  });

  it('divides a load among the requests of a step by their rows; each waits for all of it', async () => {
    await start();
    const generations = Array.from({ length: 8 }, (_, i) => submit([290], i, 4));
    await Promise.all(generations.map(tokensOf));
    // The first has its first step to itself, and is gone from the last one.
    const [first, ...others] = generations.map(({ cost }) => cost.ledger);
    expect(first!.reloads).toBeCloseTo(PHASES * (1 + 3 / 8), 9);
    for (const { reloads } of others) expect(reloads).toBeCloseTo(PHASES * (3 / 8 + 1 / 7), 9);
    for (const { cost } of generations) expect(cost.ledger.reloadSeconds).toBeCloseTo((4 * PHASES) / 60, 9);
    expect(await metricSum(t.metrics, 'ohmlight_reloads_total', { profile: placement })).toBeCloseTo(5 * PHASES, 9);
  });

  it('reads a prompt in one step, the same answer as in chunks, whose loads it saves', async () => {
    await start();
    const whole = submit(LONG_PROMPT, 5, 3);
    const tokens = await tokensOf(whole);
    expect(whole.cost.steps).toBe(3);
    const kept = submit(LONG_PROMPT, 5, 3, 'optical-ideal');
    await tokensOf(kept);
    expect(kept.cost.steps).toBe(5 + 2);
    await t.remove();
    await matmuls.close();
    // As many rows as a step may have at all, and no more.
    await start({ maxRunning: 2, maxWaiting: 64, prefillChunk: 8 });
    const chunked = submit(LONG_PROMPT, 5, 3);
    expect(await tokensOf(chunked)).toEqual(tokens);
    expect(chunked.cost.steps).toBe(3 + 2);
    const beside = [submit(LONG_PROMPT, 5, 3), submit(LONG_PROMPT, 6, 3)];
    expect(await tokensOf(beside[0]!)).toEqual(tokens);
    expect(beside[0]!.cost.steps).toBe(5 + 2);
  });
});

describe('reloadRows', () => {
  const placed = servedPlacements(profiles);
  const rows = (name: string): number =>
    reloadRows(
      placed.find((one) => one.name === name)!,
      TINY_LAYERS,
      profiles.devices,
    );

  it('follows the device that loads longest, and is 1 where none loads', () => {
    expect(rows('phase-mask')).toBe(166_668);
    expect(rows('dmd-bitplane')).toBe(21);
    expect(rows('optical-ideal')).toBe(1);
    expect(rows('hybrid')).toBe(1);
    const devices = ['dmd-bitplane', 'phase-mask', 'digital-fp32'].map((profile) => ({
      profile,
      pool: 'optical' as const,
    }));
    expect(reloadRows({ devices: () => devices }, TINY_LAYERS, profiles.devices)).toBe(166_668);
  });
});
