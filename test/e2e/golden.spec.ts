import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/src/paths.js';
import { Tokenizer } from '../../libs/transformer/src/index.js';
import { post } from '../support/chat.js';
import { CHECKPOINT, type Stack, startStack } from '../support/stack.js';

const SLOW = 300_000;

interface Oracle {
  readonly prompts: readonly {
    readonly name: string;
    readonly ids: readonly number[];
    readonly greedy: readonly number[];
  }[];
}

// PyTorch's fp32 answers; test/fixtures/nano/README.md tells how they are made.
const oracle = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/nano/oracle.json'), 'utf8')) as Oracle;

let stack: Stack;
let tokenizer: Tokenizer;
beforeAll(async () => {
  tokenizer = await Tokenizer.load(CHECKPOINT);
  stack = await startStack({ placements: ['digital-fp32'] });
}, SLOW);
afterAll(() => stack?.stop(), SLOW);

describe('greedy text of nano on the reference placement', () => {
  it.each(oracle.prompts)(
    'is, byte for byte, what PyTorch writes after "$name"',
    { timeout: SLOW },
    async ({ ids, greedy }) => {
      expect(greedy.length).toBeGreaterThan(0);
      const { status, body } = await post(stack.url, '/v1/completions', {
        model: 'nano',
        prompt: ids,
        max_tokens: greedy.length,
        temperature: 0,
        ignore_eos: true,
      });
      expect(status).toBe(200);
      const [choice] = (body as { choices: { text: string }[] }).choices;
      expect(Buffer.from(choice!.text)).toEqual(Buffer.from(tokenizer.decode([...greedy])));
    },
  );
});
