import { describe, expect, it } from 'vitest';
import {
  alsoFused,
  assertLayers,
  fusedIn,
  overlap,
  parseRuleKey,
  placedPhases,
  type PlacementRule,
  profileFor,
  profilesOf,
  ruleKey,
} from './placement-rules.js';

/** Rules as a file writes them. */
const rulesOf = (fallback: string, written: Record<string, string>): PlacementRule[] => [
  { profile: fallback },
  ...Object.entries(written).map(([key, profile]) => ({ ...(parseRuleKey(key) as PlacementRule), profile })),
];

describe('the rules of a placement', () => {
  const rules = rulesOf('a', { o: 'b', 'layers 1-2': 'c', 'layer 2 o': 'd', lm_head: 'e' });

  it.each([
    [0, 'qkv', 'a'],
    [0, 'o', 'b'],
    [1, 'qkv', 'c'],
    [1, 'o', 'c'],
    [2, 'o', 'd'],
    [2, 'down', 'c'],
    [3, 'o', 'b'],
    [4, 'lm_head', 'e'],
    [0, 'ffn', undefined],
  ] as const)('give layer %i %s to %s, the most specific', (layer, operation, profile) => {
    expect(profileFor(rules, layer, operation)).toBe(profile);
    // Their order does not count.
    expect(profileFor(rules.toReversed(), layer, operation)).toBe(profile);
  });

  it('leave lm_head out of the layers, whatever its number', () => {
    expect(profileFor(rulesOf('a', { 'layers 0-9': 'c' }), 4, 'lm_head')).toBe('a');
  });

  it('fuse where a rule for ffn holds, unless a more specific one is for layers, gate_up or down', () => {
    const fused = rulesOf('a', { ffn: 'f', 'layers 0-1': 'c', 'layer 3 down': 'd', 'layer 1 ffn': 'g' });
    expect([0, 1, 2, 3].map((layer) => profileFor(fused, layer, 'ffn'))).toEqual([undefined, 'g', 'f', undefined]);
    expect([0, 1, 2, 3].map((layer) => fusedIn(fused, layer))).toEqual([false, true, true, false]);
    expect(profileFor(fused, 3, 'gate_up')).toBe('a');
    expect(profileFor(fused, 3, 'down')).toBe('d');
    const phases = placedPhases(fused, 2).map(({ layer, operation, profile }) => `${layer}/${operation} ${profile}`);
    expect(phases).toEqual([
      '0/qkv c',
      '0/o c',
      '0/gate_up c',
      '0/down c',
      '1/qkv c',
      '1/o c',
      '1/ffn g',
      '2/lm_head a',
    ]);
  });

  it('of a reference answer for ffn everywhere, too', () => {
    expect([0, 5].map((layer) => profileFor(alsoFused(rulesOf('a', {})), layer, 'ffn'))).toEqual(['a', 'a']);
  });

  it('name each profile once', () => {
    expect(profilesOf(rulesOf('a', { o: 'b', qkv: 'a', down: 'b' }))).toEqual(['a', 'b']);
  });

  it('fit checkpoints that have their layers', () => {
    const placement = { name: 'mixed', rules };
    expect(() => assertLayers(placement, 'big', 3)).not.toThrow();
    expect(() => assertLayers(placement, 'small', 2)).toThrow(
      expect.objectContaining({
        code: 'model_not_found',
        message:
          'placement "mixed" does not fit checkpoint "small": it has a rule for "layers 1-2", and the checkpoint\'s layers are 0 to 1; name another placement or write one for it',
      }),
    );
  });
});

describe('the key of a rule', () => {
  it.each(['lm_head', 'ffn', 'layer 3', 'layers 0-1', 'layers 0-11 gate_up', 'layer 0 ffn'])('%s is read', (key) => {
    expect(ruleKey(parseRuleKey(key) as PlacementRule)).toBe(key);
  });

  it.each([
    ['lm_foot', 'there is no operation "lm_foot"; write an operation (qkv, o,'],
    ['layers 0-1 lm_head', 'lm_head lies behind the layers'],
    ['layers 3-1', 'end before they begin'],
    ['', 'write an operation'],
    ['layers', 'there is no operation "layers"'],
    ['layers 1,2', 'write an operation'],
    ['layers 0-1down', 'write an operation'],
    ['layers -1', 'write an operation'],
    [' down', 'write an operation'],
  ])('%j is refused', (key, reason) => {
    expect(parseRuleKey(key)).toContain(reason);
  });
});

describe('two rules', () => {
  const rule = (key: string): PlacementRule => ({ ...(parseRuleKey(key) as PlacementRule), profile: 'p' });

  it.each([
    ['layers 0-2', 'layers 2-3', true],
    ['layers 0-1', 'layers 2-3', false],
    ['layers 0-5 down', 'layer 3 down', true],
    ['layers 0-5 down', 'layer 3 o', false],
    ['layers 0-5', 'layer 3 o', false],
    ['layers 0-5', 'down', false],
    ['ffn', 'down', true],
    ['gate_up', 'ffn', true],
    ['layers 0-1 ffn', 'layer 1 gate_up', true],
    ['ffn', 'layer 1 gate_up', false],
    ['ffn', 'o', false],
  ])('%s and %s speak for the same with equal weight: %s', (a, b, expected) => {
    expect(overlap(rule(a), rule(b))).toBe(expected);
    expect(overlap(rule(b), rule(a))).toBe(expected);
  });
});
