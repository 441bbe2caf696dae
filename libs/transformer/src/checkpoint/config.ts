import { OhmlightError } from '@ohmlight/contracts';
import { z } from 'zod';

/** Llama 3's frequency scaling of RoPE. */
export interface Llama3RopeScaling {
  readonly factor: number;
  readonly lowFreqFactor: number;
  readonly highFreqFactor: number;
  /** Context before scaling: `original_max_position_embeddings`. */
  readonly originalContext: number;
}

/** What `config.json` says of a checkpoint of the Llama form. */
export interface LlamaConfig {
  readonly modelType: 'llama' | 'mistral';
  readonly vocabSize: number;
  /** Width of the residual stream. */
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Key and value heads; each serves heads / kvHeads query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Inputs of `down`: the width of the feed-forward. */
  readonly ffn: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  readonly ropeScaling: Llama3RopeScaling | null;
  readonly tieWordEmbeddings: boolean;
  /** Most positions of a sequence, prompt and answer together. */
  readonly context: number;
  readonly bosTokenId: number | null;
  readonly eosTokenIds: readonly number[];
}

/** What `generation_config.json` says; `eosTokenIds` falls back to config.json's. */
export interface GenerationConfig {
  readonly eosTokenIds: readonly number[];
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
}

const count = z.number().int().positive();
const tokenId = z.number().int().min(0);
const tokenIds = z.union([tokenId, z.array(tokenId)]).nullish();

/** RoPE as transformers 5 (`rope_parameters`) and 4 (`rope_scaling`, with `type` in old files) write it. */
const ropeSchema = z.looseObject({
  rope_type: z.string().optional(),
  type: z.string().optional(),
  rope_theta: z.number().positive().optional(),
  partial_rotary_factor: z.number().nullish(),
  factor: z.number().positive().optional(),
  low_freq_factor: z.number().positive().optional(),
  high_freq_factor: z.number().positive().optional(),
  original_max_position_embeddings: count.optional(),
});
type Rope = z.infer<typeof ropeSchema>;

const configSchema = z.looseObject({
  model_type: z.string(),
  architectures: z.array(z.string()).nullish(),
  vocab_size: count,
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  intermediate_size: count,
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().nullish(),
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
  tie_word_embeddings: z.boolean().optional(),
  max_position_embeddings: count,
  bos_token_id: tokenIds,
  eos_token_id: tokenIds,
  hidden_act: z.string().optional(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  sliding_window: z.number().nullish(),
  partial_rotary_factor: z.number().nullish(),
  quantization_config: z.unknown().optional(),
});

const generationSchema = z.looseObject({
  eos_token_id: tokenIds,
  temperature: z.number().min(0).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(-1).nullish(),
});

const ARCHITECTURES = { llama: 'LlamaForCausalLM', mistral: 'MistralForCausalLM' } as const;
/** transformers' default where config.json names no base. */
const DEFAULT_ROPE_THETA = 10_000;

/**
 * Reads a `config.json` of the Llama form.
 * @param path Names the file in errors.
 * @throws OhmlightError `invalid_checkpoint` when a field is missing, of the wrong type or contradicts another;
 *   `unsupported_checkpoint` when a field has a value that Ohmlight does not run.
 */
export function parseConfig(json: unknown, path: string): LlamaConfig {
  const modelType = (json as { model_type?: unknown }).model_type;
  if (modelType !== 'llama' && modelType !== 'mistral')
    throw unsupported(path, 'model_type', modelType, 'llama, mistral');
  const raw = parse(configSchema, json, path);

  const architecture = ARCHITECTURES[modelType];
  if (raw.architectures && !raw.architectures.includes(architecture))
    throw unsupported(path, 'architectures', raw.architectures, architecture);
  if (raw.hidden_act !== undefined && raw.hidden_act !== 'silu')
    throw unsupported(path, 'hidden_act', raw.hidden_act, 'silu');
  if (raw.attention_bias) throw unsupported(path, 'attention_bias', true, 'false');
  if (raw.mlp_bias) throw unsupported(path, 'mlp_bias', true, 'false');
  if (raw.quantization_config !== undefined && raw.quantization_config !== null)
    throw unsupported(path, 'quantization_config', raw.quantization_config, 'absent: F32, F16 or BF16 weights');
  // A window as wide as the context hides nothing.
  if (typeof raw.sliding_window === 'number' && raw.sliding_window < raw.max_position_embeddings)
    throw unsupported(path, 'sliding_window', raw.sliding_window, 'null');

  const heads = raw.num_attention_heads;
  const kvHeads = raw.num_key_value_heads ?? heads;
  if (heads % kvHeads !== 0)
    throw contradiction(path, 'num_key_value_heads', `${kvHeads} does not divide num_attention_heads ${heads}`);
  if (!raw.head_dim && raw.hidden_size % heads !== 0)
    throw contradiction(path, 'hidden_size', `${raw.hidden_size} is no multiple of num_attention_heads ${heads}`);
  const headDim = raw.head_dim ?? raw.hidden_size / heads;
  if (headDim % 2 !== 0) throw contradiction(path, 'head_dim', `${headDim} is odd, and RoPE turns pairs`);

  const bos = raw.bos_token_id;
  const eosTokenIds = listOf(raw.eos_token_id);
  for (const id of eosTokenIds)
    if (id >= raw.vocab_size)
      throw contradiction(path, 'eos_token_id', `${id} is outside the vocabulary of ${raw.vocab_size}`);
  return {
    modelType,
    vocabSize: raw.vocab_size,
    hidden: raw.hidden_size,
    layers: raw.num_hidden_layers,
    heads,
    kvHeads,
    headDim,
    ffn: raw.intermediate_size,
    rmsNormEps: raw.rms_norm_eps,
    ...parseRope(raw, path),
    tieWordEmbeddings: raw.tie_word_embeddings ?? false,
    context: raw.max_position_embeddings,
    bosTokenId: (Array.isArray(bos) ? bos[0] : bos) ?? null,
    eosTokenIds,
  };
}

/** Reads a `generation_config.json`; `json` is undefined where the checkpoint has none. */
export function parseGenerationConfig(json: unknown, config: LlamaConfig, path: string): GenerationConfig {
  if (json === undefined) return { eosTokenIds: config.eosTokenIds };
  const raw = parse(generationSchema, json, path);
  const eosTokenIds = listOf(raw.eos_token_id);
  return {
    eosTokenIds: eosTokenIds.length > 0 ? eosTokenIds : config.eosTokenIds,
    ...(typeof raw.temperature === 'number' && { temperature: raw.temperature }),
    ...(typeof raw.top_p === 'number' && { topP: raw.top_p }),
    ...(typeof raw.top_k === 'number' && { topK: raw.top_k }),
  };
}

type LlamaThreeField = 'factor' | 'low_freq_factor' | 'high_freq_factor' | 'original_max_position_embeddings';

function parseRope(raw: z.infer<typeof configSchema>, path: string): Pick<LlamaConfig, 'ropeTheta' | 'ropeScaling'> {
  const field = raw.rope_parameters ? 'rope_parameters' : 'rope_scaling';
  const rope: Rope = raw.rope_parameters ?? raw.rope_scaling ?? {};
  const ropeTheta = rope.rope_theta ?? raw.rope_theta ?? DEFAULT_ROPE_THETA;
  for (const [name, factor] of [
    ['partial_rotary_factor', raw.partial_rotary_factor],
    [`${field}.partial_rotary_factor`, rope.partial_rotary_factor],
  ] as const)
    if (typeof factor === 'number' && factor !== 1) throw unsupported(path, name, factor, '1');

  const type = rope.rope_type ?? rope.type ?? 'default';
  if (type === 'default') return { ropeTheta, ropeScaling: null };
  if (type !== 'llama3') throw unsupported(path, `${field}.rope_type`, type, 'default, llama3');
  const required = (key: LlamaThreeField): number => {
    const value = rope[key];
    if (value === undefined) throw contradiction(path, `${field}.${key}`, 'is missing');
    return value;
  };
  const scaling: Llama3RopeScaling = {
    factor: required('factor'),
    lowFreqFactor: required('low_freq_factor'),
    highFreqFactor: required('high_freq_factor'),
    originalContext: required('original_max_position_embeddings'),
  };
  if (scaling.lowFreqFactor >= scaling.highFreqFactor)
    throw contradiction(path, `${field}.low_freq_factor`, `is not below high_freq_factor ${scaling.highFreqFactor}`);
  return { ropeTheta, ropeScaling: scaling };
}

function listOf(ids: number | number[] | null | undefined): readonly number[] {
  return ids === null || ids === undefined ? [] : Array.isArray(ids) ? ids : [ids];
}

function parse<T>(schema: z.ZodType<T>, json: unknown, path: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new OhmlightError('invalid_checkpoint', `${path}: ${issue.path.join('.') || 'the object'}: ${issue.message}`);
}

const contradiction = (path: string, field: string, why: string): OhmlightError =>
  new OhmlightError('invalid_checkpoint', `${path}: ${field}: ${why}`);

const unsupported = (path: string, field: string, value: unknown, supported: string): OhmlightError =>
  new OhmlightError(
    'unsupported_checkpoint',
    `${path}: ${field} is ${JSON.stringify(value)}; Ohmlight runs ${field} = ${supported}`,
  );
