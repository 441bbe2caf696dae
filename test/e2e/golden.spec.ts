import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tokenizer } from '../../libs/transformer/src/index.js';
import { type NanoPrompt, nanoOracle } from '../../libs/transformer/testing/nano-oracle.js';
import { post } from '../support/chat.js';
import { CHECKPOINT, type Stack, startStack } from '../support/stack.js';

const SLOW = 600_000;

const oracle = nanoOracle();

let stack: Stack;
let tokenizer: Tokenizer;
let answers: string[];

async function complete({ ids, greedy_ids }: NanoPrompt): Promise<string> {
  const { status, body } = await post(stack.url, '/v1/completions', {
    model: 'nano',
    prompt: ids,
    max_tokens: greedy_ids.length,
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
    ({ index, greedy_ids }) => {
      expect(greedy_ids).toHaveLength(200);
      expect(Buffer.from(answers[index]!)).toEqual(
        Buffer.from(tokenizer.decode(greedy_ids, { skipSpecialTokens: true })),
      );
    },
  );
});
