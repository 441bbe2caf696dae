import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixture, readJson } from '../testing/fixtures.js';
import { heldOutPerplexity, NANO, nanoOracle, worstLogitError } from '../testing/nano-oracle.js';
import { Checkpoint } from './checkpoint/checkpoint.js';
import { LlamaModel } from './model/llama-model.js';
import { ReferenceMatmul } from './reference-matmul.js';
import { sample } from './sampler/sampler.js';
import type { ChatMessage } from './tokenizer/chat-template.js';
import { Tokenizer } from './tokenizer/tokenizer.js';

const GREEDY = { temperature: 0, topK: 0, topP: 1, minP: 0 };

interface TokenizerCases {
  cases: { text: string; ids: number[]; ids_with_bos: number[]; decoded: string; decoded_without_specials: string }[];
  chats: {
    name: string;
    messages: ChatMessage[];
    add_generation_prompt: boolean;
    rendered: string;
    ids: number[];
  }[];
}

const oracle = nanoOracle();
const { cases, chats } = readJson<TokenizerCases>(fixture('nano', 'tokenizer.json'));

describe("models/nano against PyTorch's answers", () => {
  let model: LlamaModel;
  let matmul: ReferenceMatmul;
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    const checkpoint = await Checkpoint.open('nano', NANO);
    model = await LlamaModel.load(checkpoint);
    matmul = await ReferenceMatmul.load(checkpoint);
    await checkpoint.close();
    tokenizer = await Tokenizer.load(NANO);
  });

  it('is the checkpoint that the answers belong to', () => {
    const { sha256 } = readJson<{ sha256: Record<string, string> }>(fixture('nano', 'manifest.json'));
    expect(Object.keys(sha256)).toContain('model.safetensors');
    for (const [name, digest] of Object.entries(sha256))
      expect(
        createHash('sha256')
          .update(readFileSync(join(NANO, name)))
          .digest('hex'),
      ).toBe(digest);
  });

  it.each(oracle.prompts)('gives the logits of every position of "$name" within 1e-3', async (prompt) => {
    const worst = await worstLogitError(model, matmul, prompt);
    expect(worst).toBeLessThan(1e-3);
  });

  it('writes 200 greedy tokens equal token for token, all prompts in one batch', async () => {
    const sequences = oracle.prompts.map(({ ids }) => ({
      cache: model.newKvCache(),
      next: ids,
      answer: [] as number[],
    }));
    const steps = oracle.prompts[0]!.greedy_ids.length;
    expect(steps).toBe(200);
    for (let step = 0; step < steps; step++) {
      const slices = sequences.map(({ cache, next }) => ({
        cache,
        tokens: next,
        start: cache.length,
        seed: 0n,
        logits: 'last' as const,
      }));
      const { logits } = await model.forward(slices, matmul);
      sequences.forEach((sequence, i) => {
        const id = sample(logits[i]![0]!, GREEDY, { seed: 0n, position: sequence.cache.length });
        sequence.next = [id];
        sequence.answer.push(id);
      });
    }
    expect(sequences.map(({ answer }) => answer)).toEqual(oracle.prompts.map(({ greedy_ids }) => greedy_ids));
    expect(sequences.map(({ answer }) => tokenizer.decode(answer))).toEqual(
      oracle.prompts.map(({ greedy_text }) => greedy_text),
    );
  }, 600_000);

  it('has the held-out perplexity within 0.5 %', async () => {
    const result = await heldOutPerplexity(model, matmul, tokenizer);
    expect(result.tokens).toBe(oracle.heldout.tokens);
    expect(Math.abs(result.perplexity / oracle.heldout.perplexity - 1)).toBeLessThan(0.005);
  }, 900_000);

  it.each(cases)('encodes and decodes $text', ({ text, ids, ids_with_bos, decoded, decoded_without_specials }) => {
    expect(tokenizer.encode(text, { addSpecialTokens: false })).toEqual(ids);
    expect(tokenizer.encode(text)).toEqual(ids_with_bos);
    expect(tokenizer.decode(ids)).toBe(decoded);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(decoded_without_specials);
  });

  it.each(chats)('renders the chat "$name"', ({ messages, add_generation_prompt, rendered, ids }) => {
    expect(tokenizer.renderChat(messages, { addGenerationPrompt: add_generation_prompt })).toBe(rendered);
    expect(tokenizer.encode(rendered, { addSpecialTokens: false })).toEqual(ids);
  });
});
