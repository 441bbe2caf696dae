import type { OhmlightError } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { parseConfig, parseGenerationConfig } from './config.js';

/** As transformers 4 wrote Llama. */
const llama4 = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: 100,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  intermediate_size: 96,
  rms_norm_eps: 1e-5,
  rope_theta: 500000.0,
  rope_scaling: null,
  tie_word_embeddings: true,
  max_position_embeddings: 512,
  bos_token_id: 1,
  eos_token_id: 2,
  hidden_act: 'silu',
  attention_bias: false,
  torch_dtype: 'bfloat16',
};
const LLAMA3 = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 128,
};

function refusal(change: Record<string, unknown>): OhmlightError {
  try {
    parseConfig({ ...llama4, ...change }, 'config.json');
  } catch (thrown) {
    return thrown as OhmlightError;
  }
  throw new Error('the configuration was accepted');
}

describe('parseConfig', () => {
  it('reads the fields of transformers 4', () => {
    expect(parseConfig(llama4, 'f')).toEqual({
      modelType: 'llama',
      vocabSize: 100,
      hidden: 64,
      layers: 2,
      heads: 8,
      kvHeads: 4,
      headDim: 8,
      ffn: 96,
      rmsNormEps: 1e-5,
      ropeTheta: 500000,
      ropeScaling: null,
      tieWordEmbeddings: true,
      context: 512,
      bosTokenId: 1,
      eosTokenIds: [2],
    });
  });

  it('reads the fields of transformers 5, explicit head_dim and a list of ends', () => {
    const { rope_theta: _, rope_scaling: __, ...rest } = llama4;
    const rope_parameters = { ...LLAMA3, rope_theta: 1e4 };
    const config = parseConfig({ ...rest, rope_parameters, head_dim: 16, eos_token_id: [2, 7] }, 'f');
    expect(config).toMatchObject({ headDim: 16, eosTokenIds: [2, 7], ropeTheta: 1e4 });
    expect(config.ropeScaling).toEqual({ factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalContext: 128 });
  });

  it('has as many key and value heads as heads where the file is silent', () => {
    expect(parseConfig({ ...llama4, num_key_value_heads: undefined }, 'f').kvHeads).toBe(8);
  });

  it('accepts Mistral whose window hides nothing', () => {
    const mistral = { ...llama4, model_type: 'mistral', architectures: ['MistralForCausalLM'] };
    expect(parseConfig({ ...mistral, sliding_window: null }, 'f').modelType).toBe('mistral');
    expect(parseConfig({ ...mistral, sliding_window: 4096 }, 'f').modelType).toBe('mistral');
  });

  it.each([
    ['model_type', { model_type: 'gemma3' }],
    ['model_type', { model_type: undefined }],
    ['architectures', { architectures: ['LlamaForSequenceClassification'] }],
    ['hidden_act', { hidden_act: 'gelu' }],
    ['attention_bias', { attention_bias: true }],
    ['mlp_bias', { mlp_bias: true }],
    ['sliding_window', { sliding_window: 128 }],
    ['rope_scaling.rope_type', { rope_scaling: { type: 'linear', factor: 2 } }],
    ['rope_parameters.rope_type', { rope_parameters: { rope_type: 'yarn', rope_theta: 1e4, factor: 4 } }],
    ['partial_rotary_factor', { partial_rotary_factor: 0.5 }],
    ['quantization_config', { quantization_config: { quant_method: 'gptq' } }],
  ])('does not run %s = %j', (field, change) => {
    const error = refusal(change);
    expect(error.code).toBe('unsupported_checkpoint');
    expect(error.message).toContain(`config.json: ${field} is`);
  });

  it.each([
    ['hidden_size', { hidden_size: undefined }],
    ['hidden_size', { hidden_size: 63 }],
    ['vocab_size', { vocab_size: '100' }],
    ['num_hidden_layers', { num_hidden_layers: 0 }],
    ['rms_norm_eps', { rms_norm_eps: -1 }],
    ['num_key_value_heads', { num_key_value_heads: 3 }],
    ['head_dim', { head_dim: 7 }],
    ['eos_token_id', { eos_token_id: 100 }],
    ['rope_scaling.low_freq_factor', { rope_scaling: { ...LLAMA3, low_freq_factor: undefined } }],
    ['rope_scaling.low_freq_factor', { rope_scaling: { ...LLAMA3, low_freq_factor: 4 } }],
  ])('refuses a %s that is missing, wrong or contradicts: %j', (field, change) => {
    const error = refusal(change);
    expect(error.code).toBe('invalid_checkpoint');
    expect(error.message).toContain(`config.json: ${field}:`);
  });
});

describe('parseGenerationConfig', () => {
  const config = parseConfig(llama4, 'f');

  it('falls back to the ends of config.json', () => {
    expect(parseGenerationConfig(undefined, config, 'g')).toEqual({ eosTokenIds: [2] });
    expect(parseGenerationConfig({ temperature: null }, config, 'g')).toEqual({ eosTokenIds: [2] });
  });

  it('reads ends and sampling', () => {
    const json = { eos_token_id: [3, 4], temperature: 0.6, top_p: 0.9, top_k: 40, do_sample: true };
    expect(parseGenerationConfig(json, config, 'g')).toEqual({
      eosTokenIds: [3, 4],
      temperature: 0.6,
      topP: 0.9,
      topK: 40,
    });
  });

  it('names a field of the wrong type', () => {
    expect(() => parseGenerationConfig({ top_p: 'high' }, config, 'g')).toThrow('g: top_p');
  });
});
