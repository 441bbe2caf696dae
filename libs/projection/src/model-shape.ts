import { OhmlightError } from '@ohmlight/contracts';
import type { LlamaConfig } from '@ohmlight/transformer';
import { z } from 'zod';

/** Experts of a sparse feed-forward part. */
export interface Experts {
  readonly count: number;
  /** Experts that a token passes. */
  readonly active: number;
}

/** What the costs of a decode step follow from: the sizes of a decoder of the Llama form; `ffn` is that of one expert. */
export interface DecoderShape extends Pick<
  LlamaConfig,
  'hidden' | 'layers' | 'heads' | 'kvHeads' | 'headDim' | 'ffn' | 'vocabSize' | 'context'
> {
  readonly experts?: Experts | null;
}

/** A model by its sizes, and nothing of its weights. */
export interface ModelShape extends DecoderShape {
  readonly name: string;
  /** Whether `lm_head` shares the embedding's weights. */
  readonly tied: boolean;
  readonly experts: Experts | null;
}

/** `model_type` of decoders with RMSNorm, RoPE and a gated feed-forward part, whose matrices are the Llama form's. */
export const MODEL_TYPES = ['llama', 'mistral', 'qwen2', 'qwen3', 'mixtral'] as const;

const count = z.number().int().positive();

const schema = z.looseObject({
  model_type: z.string(),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: count.nullish(),
  head_dim: count.nullish(),
  max_position_embeddings: count,
  tie_word_embeddings: z.boolean().nullish(),
  num_local_experts: count.nullish(),
  num_experts_per_tok: count.nullish(),
});

/**
 * Reads the shape out of a `config.json` as Hugging Face tools write it.
 * @param path names the file in errors
 * @throws OhmlightError `invalid_checkpoint` when a field is missing, of the wrong type or contradicts another;
 *   `unsupported_checkpoint` for a model of another form
 */
export function parseModelShape(json: unknown, path: string): ModelShape {
  const type = (json as { model_type?: unknown } | null)?.model_type;
  if (!MODEL_TYPES.includes(type as never))
    throw new OhmlightError(
      'unsupported_checkpoint',
      `${path}: model_type is ${JSON.stringify(type) ?? 'missing'}; projections know ${MODEL_TYPES.join(', ')}: name a model of such a form`,
    );
  const result = schema.safeParse(json);
  if (!result.success) {
    const { path: field, message } = result.error.issues[0]!;
    throw invalid(path, field.join('.') || 'the object', `${message}; copy the field from the model's own config.json`);
  }
  const raw = result.data;
  const heads = raw.num_attention_heads;
  const kvHeads = raw.num_key_value_heads ?? heads;
  if (heads % kvHeads !== 0)
    throw invalid(path, 'num_key_value_heads', `${kvHeads} does not divide num_attention_heads ${heads}; correct one`);
  if (!raw.head_dim && raw.hidden_size % heads !== 0)
    throw invalid(
      path,
      'head_dim',
      `is missing, and hidden_size ${raw.hidden_size} is no multiple of num_attention_heads ${heads}; state it`,
    );
  return {
    name: path,
    hidden: raw.hidden_size,
    layers: raw.num_hidden_layers,
    heads,
    kvHeads,
    headDim: raw.head_dim ?? raw.hidden_size / heads,
    ffn: raw.intermediate_size,
    vocabSize: raw.vocab_size,
    context: raw.max_position_embeddings,
    tied: raw.tie_word_embeddings ?? false,
    experts: expertsOf(raw, path),
  };
}

function expertsOf(
  { model_type: type, num_local_experts: experts, num_experts_per_tok: active }: z.infer<typeof schema>,
  path: string,
): Experts | null {
  if (type !== 'mixtral') return null;
  if (!experts || !active)
    throw invalid(path, experts ? 'num_experts_per_tok' : 'num_local_experts', 'is missing; a mixtral states both');
  if (active > experts)
    throw invalid(path, 'num_experts_per_tok', `${active} is more than num_local_experts ${experts}; correct one`);
  return { count: experts, active };
}

const invalid = (path: string, field: string, why: string): OhmlightError =>
  new OhmlightError('invalid_checkpoint', `${path}: ${field}: ${why}`);
