import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '@ohmlight/transformer';
import { describe, expect, it } from 'vitest';
import { KNOWN_MODELS, knownModel } from './known-models.js';
import { matricesOf, parametersOf } from './matrices.js';
import { parseModelShape } from './model-shape.js';

const nano = JSON.parse(readFileSync(join(import.meta.dirname, '../../../models/nano/config.json'), 'utf8')) as Record<
  string,
  unknown
>;
const without = (field: string) => Object.fromEntries(Object.entries(nano).filter(([name]) => name !== field));
const refusal = (config: object): { code?: string; message: string } => {
  try {
    parseModelShape(config, 'config.json');
  } catch (thrown) {
    return thrown as { code?: string; message: string };
  }
  return { message: '' };
};

describe('the shape of a config.json', () => {
  it('has the sizes that a checkpoint with it runs with', () => {
    const { hidden, layers, heads, kvHeads, headDim, ffn, vocabSize, context } = parseConfig(nano, 'config.json');
    expect(parseModelShape(nano, 'config.json')).toMatchObject({
      hidden,
      layers,
      heads,
      kvHeads,
      headDim,
      ffn,
      vocabSize,
      context,
      tied: true,
      experts: null,
    });
  });

  it.each([
    [without('num_hidden_layers'), 'invalid_checkpoint', 'config.json: num_hidden_layers: '],
    [{ ...nano, hidden_size: 'wide' }, 'invalid_checkpoint', 'config.json: hidden_size: '],
    [{ ...nano, num_key_value_heads: 3 }, 'invalid_checkpoint', '3 does not divide num_attention_heads 8'],
    [{ ...without('head_dim'), hidden_size: 250 }, 'invalid_checkpoint', 'head_dim: is missing, and hidden_size 250'],
    [{ ...nano, model_type: 'gpt2' }, 'unsupported_checkpoint', 'model_type is "gpt2"; projections know llama, '],
    [without('model_type'), 'unsupported_checkpoint', 'model_type is missing'],
    [{ ...nano, model_type: 'mixtral' }, 'invalid_checkpoint', 'num_local_experts: is missing'],
    [
      { ...nano, model_type: 'mixtral', num_local_experts: 2, num_experts_per_tok: 3 },
      'invalid_checkpoint',
      '3 is more than num_local_experts 2',
    ],
  ])('is refused in one line that names field and remedy: %#', (config, code, words) => {
    const { code: seen, message } = refusal(config);
    expect(seen).toBe(code);
    expect(message).toContain(words);
    expect(message).not.toContain('\n');
  });
});

describe('the models that have a name', () => {
  // Published sizes, in parameters.
  it.each([
    ['llama-3.1-8b', 8.03e9],
    ['llama-3.1-70b', 70.6e9],
    ['qwen2.5-0.5b', 0.494e9],
    ['mixtral-8x7b', 46.7e9],
  ])('%s has its %d parameters, norms and biases apart', (name, published) => {
    expect(Math.abs(parametersOf(knownModel(name)) / published - 1)).toBeLessThan(2e-3);
    expect(KNOWN_MODELS[name]!.source).toContain('config.json');
  });

  it('are listed where another is asked for', () => {
    expect(() => knownModel('gpt-5')).toThrow(
      'name llama-3.1-8b, llama-3.1-70b, qwen2.5-0.5b, mixtral-8x7b, or the path',
    );
  });
});

describe('the matrices of a step', () => {
  const everything = { name: 'p', rules: [{ profile: 'd' }] };

  it('are four to a layer and lm_head', () => {
    const matrices = matricesOf(knownModel('llama-3.1-8b'), everything);
    expect(matrices).toHaveLength(4 * 32 + 1);
    expect(matrices.slice(0, 4).map(({ operation, k, n }) => [operation, k, n])).toEqual([
      ['qkv', 4096, 6144],
      ['o', 4096, 4096],
      ['gate_up', 4096, 28_672],
      ['down', 14_336, 4096],
    ]);
    expect(matrices.at(-1)).toEqual({ layer: 32, operation: 'lm_head', k: 4096, n: 128_256, experts: 1, profile: 'd' });
  });

  it('follow the rules of the placement, and are refused where those fuse', () => {
    const rules = [{ profile: 'd' }, { operation: 'down' as const, layers: { first: 1, last: 1 }, profile: 'e' }];
    const own = matricesOf(knownModel('qwen2.5-0.5b'), { name: 'p', rules }).filter(({ profile }) => profile === 'e');
    expect(own.map(({ layer, operation }) => [layer, operation])).toEqual([[1, 'down']]);
    expect(() =>
      matricesOf(knownModel('qwen2.5-0.5b'), {
        name: 'fused',
        rules: [{ profile: 'd' }, { operation: 'ffn', profile: 'd' }],
      }),
    ).toThrow('placement fused fuses the feed-forward part');
  });
});
