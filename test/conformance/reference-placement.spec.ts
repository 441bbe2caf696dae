import { digitalReference } from '../support/digital-reference.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LlamaModel, type Matmul, Tokenizer } from '@ohmlight/transformer';
import { heldOutPerplexity, NANO, nanoOracle, worstLogitError } from '../../libs/transformer/testing/nano-oracle.js';

const oracle = nanoOracle();

describe('nano on the reference placement against PyTorch in fp32', () => {
  let model: LlamaModel;
  let tokenizer: Tokenizer;
  let matmul: Matmul;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const reference = await digitalReference(NANO);
    ({ matmul, close } = reference);
    model = await LlamaModel.load(reference.checkpoint);
    tokenizer = await Tokenizer.load(NANO);
  });
  afterAll(() => close());

  it.each(oracle.prompts)('gives the logits of every position of "$name" within 1e-3', async (prompt) => {
    expect(await worstLogitError(model, matmul, prompt)).toBeLessThan(1e-3);
  });

  it('has the held-out perplexity within 0.5 %', async () => {
    const result = await heldOutPerplexity(model, matmul, tokenizer);
    expect(result.tokens).toBe(oracle.heldout.tokens);
    expect(Math.abs(result.perplexity / oracle.heldout.perplexity - 1)).toBeLessThan(0.005);
  }, 900_000);
});
