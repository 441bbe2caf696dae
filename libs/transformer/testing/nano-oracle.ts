import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LlamaModel } from '../src/model/llama-model.js';
import type { Matmul } from '../src/matmul.js';
import { perplexity } from '../src/perplexity.js';
import type { ChatMessage } from '../src/tokenizer/chat-template.js';
import type { Tokenizer } from '../src/tokenizer/tokenizer.js';
import { fixture, readFloats, readJson } from './fixtures.js';

/** Directory of the shipped checkpoint. */
export const NANO = fileURLToPath(new URL('../../../models/nano', import.meta.url));

export interface NanoPrompt {
  readonly name: string;
  readonly text?: string;
  readonly messages?: ChatMessage[];
  readonly ids: number[];
  readonly logits_offset: number;
  readonly greedy_ids: number[];
  readonly greedy_text: string;
}

/** PyTorch's fp32 answers; test/fixtures/nano/README.md tells how they are made. */
export interface NanoOracle {
  readonly prompts: readonly NanoPrompt[];
  readonly heldout: { readonly perplexity: number; readonly tokens: number };
}

export const nanoOracle = (): NanoOracle => readJson<NanoOracle>(fixture('nano', 'oracle.json'));

/** Largest absolute difference from PyTorch's logits, over every position of the prompt. */
export async function worstLogitError(model: LlamaModel, matmul: Matmul, prompt: NanoPrompt): Promise<number> {
  const { vocabSize } = model.config;
  const from = prompt.logits_offset;
  const expected = readFloats(fixture('nano', 'logits.f32')).subarray(from, from + prompt.ids.length * vocabSize);
  const cache = model.newKvCache();
  const slice = { cache, tokens: prompt.ids, start: 0, seed: 0n, logits: 'all' as const };
  const rows = (await model.forward([slice], matmul)).logits.flat();
  cache.free();
  if (rows.length !== prompt.ids.length) return Infinity;
  let worst = 0;
  for (const [position, row] of rows.entries())
    for (const [id, value] of expected.subarray(position * vocabSize, (position + 1) * vocabSize).entries()) {
      const error = Math.abs((row.at(id) ?? NaN) - value);
      // A NaN must not pass for a small error.
      worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
    }
  return worst;
}

/** Perplexity over the held-out stories, each between two document boundaries. */
export function heldOutPerplexity(model: LlamaModel, matmul: Matmul, tokenizer: Tokenizer) {
  const boundary = model.config.bosTokenId!;
  const stories = readFileSync(join(NANO, 'heldout.txt'), 'utf8').trimEnd().split('\n');
  const sequences = stories.map((line) => {
    const story = line.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
    return [boundary, ...tokenizer.encode(story, { addSpecialTokens: false }), boundary];
  });
  return perplexity(model, matmul, sequences);
}
