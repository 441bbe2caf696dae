import { beforeAll, describe, expect, it } from 'vitest';
import { fixture, readFloats, readJson, type TinyOracle } from '../testing/fixtures.js';
import { Checkpoint } from './checkpoint/checkpoint.js';
import { LlamaModel } from './model/llama-model.js';
import { perplexity } from './perplexity.js';
import { ReferenceMatmul } from './reference-matmul.js';

const { ids } = readJson<TinyOracle>(fixture('tiny', 'sharded-f32', 'oracle.json'));
const logits = readFloats(fixture('tiny', 'sharded-f32', 'logits.f32'));
let model: LlamaModel;
let matmul: ReferenceMatmul;
beforeAll(async () => {
  const checkpoint = await Checkpoint.open('tiny', fixture('tiny', 'sharded-f32'));
  model = await LlamaModel.load(checkpoint);
  matmul = await ReferenceMatmul.load(checkpoint);
  await checkpoint.close();
});

/** Negative log likelihood of the prompt's tokens but the first, from PyTorch's logits. */
function expectedNats(): number {
  const { vocabSize } = model.config;
  let nats = 0;
  for (let position = 0; position + 1 < ids.length; position++) {
    const row = logits.subarray(position * vocabSize, (position + 1) * vocabSize);
    const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
    nats += Math.log(sum) - row[ids[position + 1]!]!;
  }
  return nats;
}

describe('perplexity', () => {
  it("is that of PyTorch's logits, in any chunks", async () => {
    const expected = expectedNats() / (ids.length - 1);
    for (const chunk of [1, 7, 128]) {
      const result = await perplexity(model, matmul, [ids], { chunk });
      expect(result.tokens).toBe(ids.length - 1);
      expect(result.nats).toBeCloseTo(expected, 4);
      expect(result.perplexity).toBe(Math.exp(result.nats));
    }
  });

  it('scores each sequence by itself and weighs by tokens', async () => {
    const first = ids.slice(0, 10);
    const second = ids.slice(3, 30);
    const one = await perplexity(model, matmul, [first]);
    const two = await perplexity(model, matmul, [second]);
    const both = await perplexity(model, matmul, [first, second]);
    expect(both.tokens).toBe(9 + 26);
    expect(both.nats).toBeCloseTo((one.nats * 9 + two.nats * 26) / 35, 10);
  });

  it('cuts what is longer than the window, and drops a token left alone', async () => {
    const long = Array.from({ length: 97 }, (_, i) => i);
    const { tokens } = await perplexity(model, matmul, [long]);
    expect(tokens).toBe(95);
    expect((await perplexity(model, matmul, [long], { window: 10 })).tokens).toBe(9 * 9 + 6);
  });

  it.each([[[]], [[[]]], [[[1], [2]]]])('refuses %j, which has nothing to score', async (sequences) => {
    await expect(perplexity(model, matmul, sequences)).rejects.toMatchObject({ code: 'invalid_value' });
  });

  it('refuses a window past the context', async () => {
    await expect(perplexity(model, matmul, [ids], { window: 97 })).rejects.toMatchObject({ code: 'invalid_value' });
  });
});
