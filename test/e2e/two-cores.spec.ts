import { expect, it } from 'vitest';
import { chatText } from '../support/chat.js';
import { type Stack, startStack } from '../support/stack.js';

const SLOW = 300_000;
const MODEL = 'nano@crossbar-basic';
const SEEDS = [5, 6];

const texts = async ({ url }: Stack): Promise<string[]> =>
  Promise.all(SEEDS.map((seed) => chatText(url, MODEL, seed, 32)));

it('two crossbar cores give the text that one gives, and share the shards', { timeout: SLOW }, async () => {
  const one = await startStack({ placements: ['crossbar-basic'] });
  let expected: string[];
  try {
    expected = await texts(one);
  } finally {
    await one.stop();
  }

  const two = await startStack({ placements: ['crossbar-basic'], cores: { electronic: 2, optical: 1, digital: 1 } });
  try {
    expect(await texts(two)).toEqual(expected);
    const crossbars = (await two.records()).filter(({ service }) => service === 'analog-crossbar');
    expect(crossbars).toHaveLength(2);
    for (const { core } of crossbars) expect(core!.shards).toBeGreaterThan(0);
  } finally {
    await two.stop();
  }
});
