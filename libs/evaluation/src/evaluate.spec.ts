import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { describe, expect, it } from 'vitest';
import { evaluate, sensitivities } from './evaluate.js';
import type { EvaluationInput } from './evaluator.js';
import { FileCache, type ResultCache } from './result-cache.js';
import { referenceOf, type Subject, subjectOf } from './subject.js';

const profiles = loadProfiles('profiles');
const input: EvaluationInput = {
  checkpoint: { name: 'nano', directory: 'models/nano' },
  windows: [[0, 1, 2]],
  reference: referenceOf(profiles),
  shardColumns: 1024,
  chipSeed: 1n,
};
const crossbar = subjectOf(profiles, 'crossbar-basic');

/** Keys that an evaluation asks for; everything is there, so no process starts. */
async function keysOf(over: Partial<EvaluationInput>, subject: Subject): Promise<string> {
  const asked: string[] = [];
  const cache: ResultCache = {
    get: async (key) => {
      asked.push(key);
      return { placement: 'kept' };
    },
    put: async () => {},
  };
  const outcomes = await evaluate({ input: { ...input, ...over }, subjects: [subject], cache });
  expect(outcomes).toEqual([{ subject, result: { placement: 'kept' } }]);
  expect(asked).toHaveLength(1);
  return asked[0]!;
}

describe('what is kept', () => {
  it('is found again for the same question and for no other', async () => {
    const key = await keysOf({}, crossbar);
    expect(await keysOf({}, subjectOf(loadProfiles('profiles'), 'crossbar-basic'))).toBe(key);
    const device = crossbar.devices['crossbar-basic']!;
    const adcBits = { ...device.parameters['adc_bits']!, value: 7 };
    const changed = { ...device, parameters: { ...device.parameters, adc_bits: adcBits } };
    const others = await Promise.all([
      keysOf({ windows: [[0, 1, 3]] }, crossbar),
      keysOf({ chipSeed: 2n }, crossbar),
      keysOf({ shardColumns: 512 }, crossbar),
      keysOf({}, subjectOf(profiles, 'hybrid')),
      keysOf({}, { ...crossbar, devices: { 'crossbar-basic': changed } }),
    ]);
    expect(new Set([key, ...others]).size).toBe(6);
  });

  it('is told as it is found, and no work is taken for other work', async () => {
    const asked: string[] = [];
    const told: string[] = [];
    const cache: ResultCache = {
      get: async (key) => {
        asked.push(key);
        return { placement: 'kept' };
      },
      put: async () => {},
    };
    const options = { input, subjects: [crossbar, subjectOf(profiles, 'hybrid')], cache };
    await evaluate({ ...options, onOutcome: ({ subject }) => void told.push(subject.placement.name) });
    expect(told).toEqual(['crossbar-basic', 'hybrid']);
    await sensitivities({ ...options, onOutcome: ({ subject }) => void told.push(subject.placement.name) });
    expect(told).toHaveLength(4);
    expect(new Set(asked).size).toBe(4);
  });

  it('is a file each; one that was cut off counts as absent', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'ohmlight-cache-'));
    const cache = new FileCache(join(directory, 'deep'));
    expect(await cache.get('a')).toBeUndefined();
    await cache.put('a', { value: 0.1 });
    expect(await cache.get('a')).toEqual({ value: 0.1 });
    expect(readdirSync(join(directory, 'deep'))).toEqual(['a.json']);
    writeFileSync(join(directory, 'deep', 'a.json'), '{"value": 0.');
    expect(await cache.get('a')).toBeUndefined();
    rmSync(directory, { recursive: true });
  });

  it('needs a checkpoint that can be read', async () => {
    const missing = { ...input, checkpoint: { name: 'x', directory: '/nonexistent' } };
    const cache = { get: async () => undefined, put: async () => {} };
    await expect(evaluate({ input: missing, subjects: [crossbar], cache })).rejects.toMatchObject({
      code: 'checkpoint_not_found',
    });
  });
});
