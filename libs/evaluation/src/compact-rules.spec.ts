import { overlap, philox4x32, profileFor, ruleKey } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { compactRules, type PlacedMatrix } from './compact-rules.js';

const OPERATIONS = ['qkv', 'o', 'gate_up', 'down'] as const;

const matricesOf = (layers: number, profileOf: (layer: number, operation: number) => string): PlacedMatrix[] => [
  ...Array.from({ length: layers }, (_, layer) =>
    OPERATIONS.map((operation, i) => ({ layer, operation, profile: profileOf(layer, i) })),
  ).flat(),
  { layer: layers, operation: 'lm_head', profile: profileOf(layers, 4) },
];

describe('rules made of an assignment', () => {
  it('are few where most of it is alike', () => {
    const matrices = matricesOf(4, (layer, op) =>
      op === 4 ? 'c' : op === 3 && layer >= 2 ? 'b' : op === 1 ? 'd' : 'a',
    );
    expect(compactRules(matrices).map((rule) => `${ruleKey(rule)}: ${rule.profile}`)).toEqual([
      'default: a',
      'o: d',
      'layers 2-3 down: b',
      'lm_head: c',
    ]);
    expect(compactRules(matricesOf(3, () => 'a'))).toEqual([{ profile: 'a' }]);
  });

  it('put every matrix where the assignment has it, whatever it is, without overlaps', () => {
    for (let seed = 0; seed < 200; seed++) {
      const draw = (layer: number, op: number): string => 'abc'[philox4x32([layer, op, 0, 0], [seed, 1])[0] % 3]!;
      const matrices = matricesOf(1 + (seed % 6), draw);
      const rules = compactRules(matrices);
      for (const { layer, operation, profile } of matrices) expect(profileFor(rules, layer, operation)).toBe(profile);
      for (const [i, rule] of rules.entries())
        for (const other of rules.slice(i + 1)) expect(overlap(rule, other)).toBe(false);
    }
  });
});
