import { describe, expect, it } from 'vitest';
import { fixture, readFloats, readJson, TINY, type TinyOracle } from '../../testing/fixtures.js';
import { Checkpoint } from '../checkpoint/checkpoint.js';
import { ReferenceMatmul } from '../reference-matmul.js';
import { sample } from '../sampler/sampler.js';
import { LlamaModel } from './llama-model.js';
import { inverseFrequencies } from '../digital/rope.js';

const GREEDY = { temperature: 0, topK: 0, topP: 1, minP: 0 };

// Every form that differs: GQA and MQA, odd widths, explicit and derived head width, tied and untied lm_head,
// one file and shards, all three dtypes, plain and llama3 RoPE. The answers are PyTorch's, in fp32.
describe.each(TINY)("%s against PyTorch's answers", (name) => {
  const oracle = readJson<TinyOracle>(fixture('tiny', name, 'oracle.json'));
  const load = async () => {
    const checkpoint = await Checkpoint.open(name, fixture('tiny', name));
    const model = await LlamaModel.load(checkpoint);
    const matmul = await ReferenceMatmul.load(checkpoint);
    await checkpoint.close();
    return { model, matmul };
  };

  it('gives the logits of every position within 1e-4', async () => {
    const { model, matmul } = await load();
    const slice = { cache: model.newKvCache(), tokens: oracle.ids, start: 0, seed: 0n, logits: 'all' as const };
    const { logits } = await model.forward([slice], matmul);
    const expected = readFloats(fixture('tiny', name, 'logits.f32'));
    const { vocabSize } = model.config;
    expect(expected).toHaveLength(oracle.ids.length * vocabSize);
    expect(logits[0]).toHaveLength(oracle.ids.length);
    let worst = 0;
    logits[0]!.forEach((row, position) => {
      for (let id = 0; id < vocabSize; id++)
        worst = Math.max(worst, Math.abs(row[id]! - expected[position * vocabSize + id]!));
    });
    expect(worst).toBeLessThan(1e-4);
  });

  it('continues greedily with the same tokens, one at a time', async () => {
    const { model, matmul } = await load();
    const cache = model.newKvCache();
    const answer: number[] = [];
    let tokens = oracle.ids;
    while (answer.length < oracle.greedy.length) {
      const slice = { cache, tokens, start: cache.length, seed: 0n, logits: 'last' as const };
      const { logits } = await model.forward([slice], matmul);
      tokens = [sample(logits[0]![0]!, GREEDY, { seed: 0n, position: cache.length })];
      answer.push(tokens[0]!);
    }
    expect(answer).toEqual(oracle.greedy);
  });

  it('turns by the same frequencies', async () => {
    const { model } = await load();
    const { headDim, ropeTheta, ropeScaling } = model.config;
    const frequencies = inverseFrequencies(headDim, ropeTheta, ropeScaling);
    expect(frequencies).toHaveLength(oracle.inv_freq.length);
    frequencies.forEach((frequency, i) => {
      expect(Math.abs(frequency / oracle.inv_freq[i]! - 1)).toBeLessThan(2e-7);
    });
  });
});
