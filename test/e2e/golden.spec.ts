import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../cli/src/paths.js';
import { Tokenizer } from '../../libs/transformer/src/index.js';
import { post } from '../support/chat.js';
import { CHECKPOINT, type Stack, startStack } from '../support/stack.js';

const SLOW = 600_000;

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
let answers: string[];

async function complete({ ids, greedy }: Oracle['prompts'][number]): Promise<string> {
  const { status, body } = await post(stack.url, '/v1/completions', {
    model: 'nano',
    prompt: ids,
    max_tokens: greedy.length,
    temperature: 0,
    ignore_eos: true,
  });
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return (body as { choices: { text: string }[] }).choices[0]!.text;
}

beforeAll(async () => {
  tokenizer = await Tokenizer.load(CHECKPOINT);
  stack = await startStack({ placements: ['digital-fp32'] });
  // Side by side, as a batch: what runs beside a sequence does not change it.
  answers = await Promise.all(oracle.prompts.map(complete));
}, SLOW);
afterAll(() => stack?.stop(), SLOW);

describe('greedy text of nano on the reference placement', () => {
  it.each(oracle.prompts.map((prompt, index) => ({ ...prompt, index })))(
    'is, byte for byte, what PyTorch writes after "$name"',
    ({ index, greedy }) => {
      expect(greedy.length).toBeGreaterThan(100);
      expect(Buffer.from(answers[index]!)).toEqual(Buffer.from(tokenizer.decode([...greedy])));
    },
  );
});
