import { type Operation, totalJoules } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EvaluationInput, Evaluator } from './evaluator.js';
import type { Sensitivity } from './sensitivity.js';
import { referenceOf, type Subject, subjectOf } from './subject.js';

const profiles = loadProfiles('profiles');
const input: EvaluationInput = {
  checkpoint: { name: 'nano', directory: 'models/nano' },
  windows: [
    [0, 400, 12, 77, 5, 310, 18, 940, 33],
    [0, 3, 5, 8, 13, 21],
  ],
  reference: referenceOf(profiles),
  shardColumns: 1024,
  chipSeed: 1n,
};
const pcm = subjectOf(profiles, 'pcm-standard');

describe('the sensitivity of a placement', () => {
  let evaluator: Evaluator;
  let sensitivity: Sensitivity;
  beforeAll(async () => {
    evaluator = await Evaluator.open(input);
    sensitivity = await evaluator.sensitivity(pcm);
  });
  afterAll(() => evaluator.close());

  it('has every matrix in the order of execution', () => {
    expect(sensitivity.tokens).toBe(13);
    expect(sensitivity.matrices.map(({ layer, operation }) => `${layer}/${operation}`)).toEqual([
      ...[0, 1, 2, 3].flatMap((layer) => ['qkv', 'o', 'gate_up', 'down'].map((operation) => `${layer}/${operation}`)),
      '4/lm_head',
    ]);
  });

  it.each([
    [0, 'qkv'],
    [2, 'down'],
    [4, 'lm_head'],
  ] as const)('is for %i/%s what a placement of that matrix alone has', async (layer, operation) => {
    const scope = operation === 'lm_head' ? { operation } : { operation, layers: { first: layer, last: layer } };
    const rules = [{ profile: 'digital-fp32' }, { ...scope, profile: 'pcm-standard' }];
    const alone: Subject = {
      ...pcm,
      placement: { name: 'alone', description: 'One matrix', rules },
      devices: { ...pcm.devices, ...input.reference.devices },
    };
    const { klNats } = await evaluator.evaluate(alone);
    const matrix = sensitivity.matrices.find((one) => one.layer === layer && one.operation === operation)!;
    expect(klNats).toBeGreaterThan(0);
    expect(matrix.klNats).toBeCloseTo(klNats, 12);
  });

  it('has ledgers that add to those of a decode step of the whole placement', async () => {
    const { decode } = await evaluator.evaluate(pcm);
    const sum = sensitivity.matrices.reduce((joules, { ledger }) => joules + totalJoules(ledger.joules), 0);
    const { ledger, digitalUnit } = decode[0]!;
    // Activations differ: the reference's here, the placement's own there.
    expect(sum / (totalJoules(ledger.joules) - digitalUnit.joules)).toBeCloseTo(1, 2);
    const macs = sensitivity.matrices.reduce((all, matrix) => all + matrix.ledger.macs, 0);
    expect(macs).toBeCloseTo(ledger.macs, 0);
  });

  it('is zero where a device is as good as the reference', async () => {
    const { matrices } = await evaluator.sensitivity(subjectOf(profiles, 'crossbar-ideal'));
    expect(Math.max(...matrices.map(({ klNats }) => klNats))).toBeLessThan(1e-9);
  });

  it('measures a fused feed-forward part as one matrix', async () => {
    const { matrices } = await evaluator.sensitivity(subjectOf(profiles, 'fused-pcm'));
    const operations = new Set<Operation>(matrices.map(({ operation }) => operation));
    expect([...operations]).toEqual(['qkv', 'o', 'ffn', 'lm_head']);
    expect(Math.min(...matrices.map(({ klNats }) => klNats))).toBeGreaterThan(0);
  });
});
