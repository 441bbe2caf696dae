import { OhmlightError } from '@ohmlight/contracts';
import { type ModelShape, parseModelShape } from './model-shape.js';

/** Fields of a public `config.json`, and where they stand. */
interface KnownModel {
  readonly source: string;
  readonly config: object;
}

/** Models that have a name here: the fields of their own config.json that shapes follow from. */
export const KNOWN_MODELS: Readonly<Record<string, KnownModel>> = {
  'llama-3.1-8b': {
    source: 'config.json of meta-llama/Llama-3.1-8B on Hugging Face; the same table in oumi, configs/recipes/llama3_1',
    config: {
      model_type: 'llama',
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      vocab_size: 128_256,
      max_position_embeddings: 131_072,
      tie_word_embeddings: false,
    },
  },
  'llama-3.1-70b': {
    source: 'config.json of meta-llama/Llama-3.1-70B on Hugging Face; the same table in oumi, configs/recipes/llama3_1',
    config: {
      model_type: 'llama',
      hidden_size: 8192,
      intermediate_size: 28_672,
      num_hidden_layers: 80,
      num_attention_heads: 64,
      num_key_value_heads: 8,
      vocab_size: 128_256,
      max_position_embeddings: 131_072,
      tie_word_embeddings: false,
    },
  },
  'qwen2.5-0.5b': {
    source: 'config.json of Qwen/Qwen2.5-0.5B on Hugging Face',
    config: {
      model_type: 'qwen2',
      hidden_size: 896,
      intermediate_size: 4864,
      num_hidden_layers: 24,
      num_attention_heads: 14,
      num_key_value_heads: 2,
      vocab_size: 151_936,
      max_position_embeddings: 32_768,
      tie_word_embeddings: true,
    },
  },
  'mixtral-8x7b': {
    source: 'config.json of mistralai/Mixtral-8x7B-v0.1 on Hugging Face',
    config: {
      model_type: 'mixtral',
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      num_key_value_heads: 8,
      vocab_size: 32_000,
      max_position_embeddings: 32_768,
      tie_word_embeddings: false,
      num_local_experts: 8,
      num_experts_per_tok: 2,
    },
  },
};

/** @throws OhmlightError `model_not_found` listing the names that there are */
export function knownModel(name: string): ModelShape {
  const model = KNOWN_MODELS[name];
  if (!model)
    throw new OhmlightError(
      'model_not_found',
      `there is no model "${name}"; name ${Object.keys(KNOWN_MODELS).join(', ')}, or the path of a config.json`,
    );
  return { ...parseModelShape(model.config, name), name };
}
