import { totalJoules } from '@ohmlight/contracts';
import { createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { profiles, variant } from '../../devices/testing/profiles.js';
import type { Assumptions } from './assumptions.js';
import { Hardware, hardwareOf } from './hardware.js';
import { knownModel } from './known-models.js';
import { parametersOf } from './matrices.js';
import type { Load } from './load.js';
import { Projector } from './project.js';

const engine = createTypescriptEngine();
const usual: Assumptions = { elementBytes: 2, devices: 1, amortisedOver: Infinity };
const hardware = new Map<string, Map<string, Hardware>>();

function projected(model: string, name: string, load: Partial<Load> = {}, assumptions: Partial<Assumptions> = {}) {
  const placement = profiles.placements.get(name)!;
  let own = hardware.get(name);
  if (!own) hardware.set(name, (own = hardwareOf(placement.rules, profiles.devices, engine)));
  const at = { batch: 1, context: 1024, ...load };
  return new Projector(knownModel(model), placement, own, profiles.digitalUnit, { ...usual, ...assumptions }).at(at);
}
/** Of a step, the digital unit apart. */
const phaseSeconds = (point: ReturnType<typeof projected>): number => point.seconds - point.digitalUnit.seconds;

const GPU = 'h100';
const p = profiles.devices.get(GPU)!.parameters as unknown as Record<string, { value: number }>;

describe('an accelerator', () => {
  it('is bound by the bytes of its weights at batch 1, and by arithmetic at a large batch', () => {
    const shape = knownModel('llama-3.1-8b');
    // bf16; the embedding is looked up, not multiplied.
    const weights = parametersOf(shape) - shape.vocabSize * shape.hidden;
    const launches = (4 * shape.layers + 1) * p['launch_overhead']!.value;
    const one = phaseSeconds(projected(shape.name, GPU)) - launches;
    expect(one / ((2 * weights) / p['memory_bandwidth']!.value)).toBeCloseTo(1, 2);
    const batch = 4096;
    const many = phaseSeconds(projected(shape.name, GPU, { batch, context: 1 })) - launches;
    expect(many / ((2 * weights * batch) / p['bf16_rate']!.value)).toBeCloseTo(1, 1);
    expect(projected(shape.name, GPU, { batch: 8 }).joulesPerToken).toBeLessThan(
      projected(shape.name, GPU).joulesPerToken / 6,
    );
  });

  it('comes in as many as weights and KV cache ask for, which share the work', () => {
    const one = projected('llama-3.1-8b', GPU);
    const many = projected('llama-3.1-70b', GPU);
    // 16 GB, and 141 GB, in 80 GB.
    expect([one.accelerators, many.accelerators]).toEqual([1, 2]);
    expect(projected('llama-3.1-8b', GPU, { batch: 64, context: 65_536 }).accelerators).toBeGreaterThan(4);
    const two = projected('llama-3.1-8b', GPU, {}, { devices: 2 });
    expect(phaseSeconds(two)).toBeLessThan(0.6 * phaseSeconds(one));
    expect(phaseSeconds(two)).toBeGreaterThan(0.5 * phaseSeconds(one));
  });

  it('reads two of eight experts for one token, and all for many', () => {
    const phases = (batch: number) => phaseSeconds(projected('mixtral-8x7b', GPU, { batch }, { devices: 2 }));
    const expert = 3 * 4096 * 14_336 * 32;
    const dense = parametersOf(knownModel('mixtral-8x7b')) - 8 * expert - 32_000 * 4096;
    const seconds = (experts: number) => (2 * (dense + experts * expert)) / (2 * p['memory_bandwidth']!.value);
    expect(phases(1) / seconds(2)).toBeGreaterThan(1);
    expect(phases(1) / seconds(2)).toBeLessThan(1.2);
    expect(phases(32) / seconds(8)).toBeGreaterThan(0.99);
    expect(phases(32) / seconds(8)).toBeLessThan(1.2);
  });
});

describe('a crossbar whose weights stay', () => {
  it.each(['pcm-hermes-14nm', 'rram-isaac-32nm', 'sram-c2c-22nm'])(
    'takes, as %s, the same energy for a token whatever the batch',
    (name) => {
      const [one, many] = [1, 256].map((batch) => projected('qwen2.5-0.5b', name, { batch, context: 64 }));
      // The digital unit apart, whose KV cache outgrows its memory.
      const joules = [one!, many!].map((point) => point.joulesPerToken - point.digitalUnit.joules);
      const active = [one!, many!].map((point, i) => joules[i]! - (point.joulesByComponent.idle ?? 0));
      expect(Math.abs(active[1]! / active[0]! - 1)).toBeLessThan(1e-9);
      // Tiles that hold weights wait for the digital unit and for each other, a batch together.
      expect(Math.abs(joules[1]! / joules[0]! - 1)).toBeLessThan(0.1);
      expect(phaseSeconds(many!) / phaseSeconds(one!)).toBeGreaterThan(150);
      expect([one!.accelerators, one!.reloads]).toEqual([0, 0]);
    },
  );

  it('takes up tiles, whole chips and area', () => {
    const { tiles, chips, squareMetres } = projected('llama-3.1-8b', 'pcm-hermes-14nm');
    const shape = knownModel('llama-3.1-8b');
    const weights = parametersOf(shape) - shape.vocabSize * shape.hidden;
    // Sizes of this model are multiples of 256.
    expect(tiles).toBe(weights / 256 ** 2);
    expect(chips).toBe(Math.ceil(tiles / 64));
    expect(squareMetres! / tiles).toBeCloseTo(6.36e-7, 9);
    expect(projected('llama-3.1-8b', 'pcm-standard').chips).toBeNull();
    expect(projected('llama-3.1-8b', 'pcm-standard').squareMetres).toBeNull();
  });

  it('writes in every step what has no room', () => {
    const all = projected('qwen2.5-0.5b', 'pcm-hermes-14nm');
    const enough = projected('qwen2.5-0.5b', 'pcm-hermes-14nm', {}, { chips: all.chips! });
    expect(enough).toEqual(all);
    const fewer = [0.9, 0.5, 0.1].map((part) =>
      projected('qwen2.5-0.5b', 'pcm-hermes-14nm', {}, { chips: Math.ceil(part * all.chips!) }),
    );
    expect(fewer.map(({ reloads }) => reloads)).toEqual(fewer.map(({ reloads }) => reloads).toSorted((a, b) => a - b));
    expect(fewer[0]!.reloads).toBeGreaterThan(0);
    expect(fewer[2]!.reloads).toBeLessThanOrEqual(4 * 24 + 40);
    expect(fewer[2]!.joulesByComponent.program!).toBeGreaterThan(0.8 * all.programming.joules);
    expect(fewer[2]!.seconds).toBeGreaterThan(100 * all.seconds);
  });

  it('spreads its programming over tokens', () => {
    const never = projected('qwen2.5-0.5b', 'pcm-hermes-14nm');
    const once = projected('qwen2.5-0.5b', 'pcm-hermes-14nm', {}, { amortisedOver: 1e6 });
    expect((once.joulesPerToken - never.joulesPerToken) * 1e6).toBeCloseTo(never.programming.joules, 3);
    expect(once.seconds).toBe(never.seconds);
  });

  it('works on experts side by side, for as long as the fullest takes', () => {
    const one = projected('mixtral-8x7b', 'pcm-hermes-14nm', { context: 64 });
    const dense = projected('llama-3.1-8b', 'pcm-hermes-14nm', { context: 64 });
    // lm_head apart both have four phases to a layer, and a row takes a phase the same time.
    expect(phaseSeconds(one) / phaseSeconds(dense)).toBeCloseTo(1, 6);
    const many = projected('mixtral-8x7b', 'pcm-hermes-14nm', { batch: 64, context: 64 });
    expect(phaseSeconds(many)).toBeLessThan(64 * phaseSeconds(one) * 0.75);
    expect(one.tiles).toBeGreaterThan(5 * dense.tiles);
  });
});

describe('any projection', () => {
  it.each(
    [...profiles.placements.keys()].filter(
      (name) => !profiles.placements.get(name)!.rules.some(({ operation }) => operation === 'ffn'),
    ),
  )('has, on %s, components that add up, shares that are shares, and a band about it', (name) => {
    const point = projected('qwen2.5-0.5b', name, { batch: 4 });
    expect(Math.abs(totalJoules(point.joulesByComponent) / point.joulesPerToken - 1)).toBeLessThan(1e-12);
    expect(point.joulesPerTokenLow).toBeLessThanOrEqual(point.joulesPerToken);
    expect(point.joulesPerTokenHigh).toBeGreaterThanOrEqual(point.joulesPerToken);
    for (const share of [point.dataMovementShare, point.notArithmeticShare]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(point.accelerators + point.tiles).toBeGreaterThan(0);
    expect(point.tokensPerSecond * point.seconds).toBeCloseTo(4, 9);
  });

  it('charges all placements the same digital unit, which grows with context', () => {
    const unit = (name: string, context: number) => projected('llama-3.1-8b', name, { context }).digitalUnit;
    expect(unit(GPU, 4096)).toEqual(unit('pcm-hermes-14nm', 4096));
    expect(unit(GPU, 65_536).joules / unit(GPU, 4096).joules).toBeGreaterThan(14);
  });

  it.each([
    [{ batch: 0 }, 'a batch of 0 decodes nothing: name 1 sequence or more'],
    [{ batch: 1.5 }, 'a batch of 1.5'],
    [{ context: 0 }, 'a context of 0 has no token'],
    [{ context: 40_000 }, 'more than the 32768 that qwen2.5-0.5b has (max_position_embeddings): name a shorter one'],
  ])('refuses %o in one line', (load, words) => {
    expect(() => projected('qwen2.5-0.5b', GPU, load)).toThrow(words);
  });

  it('refuses chips without a tile', () => {
    const none = variant('pcm-hermes-14nm');
    const own = new Map([['pcm-hermes-14nm', new Hardware(none, engine)]]);
    const placement = profiles.placements.get('pcm-hermes-14nm')!;
    expect(
      () => new Projector(knownModel('qwen2.5-0.5b'), placement, own, profiles.digitalUnit, { ...usual, chips: 0 }),
    ).toThrow('name more with --chips');
  });
});
