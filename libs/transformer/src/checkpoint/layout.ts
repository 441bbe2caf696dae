import type { Operation } from '@ohmlight/contracts';
import type { LlamaConfig } from './config.js';

/** One tensor of a matrix: `rows` outputs by k inputs. */
export interface MatrixPart {
  readonly tensor: string;
  readonly rows: number;
}

/** A static weight matrix as the tensors whose rows it is made of, in order. */
export interface MatrixLayout {
  readonly layer: number;
  readonly operation: Operation;
  readonly k: number;
  readonly n: number;
  readonly parts: readonly MatrixPart[];
}

/** Whether the feed-forward part is two matrices, `gate_up` and `down`, or one chain, `ffn`. */
export type FfnForm = 'apart' | 'fused';

export const EMBEDDING = 'model.embed_tokens.weight';
export const FINAL_NORM = 'model.norm.weight';
export const LM_HEAD = 'lm_head.weight';

export const attentionNorm = (layer: number): string => `model.layers.${layer}.input_layernorm.weight`;
export const ffnNorm = (layer: number): string => `model.layers.${layer}.post_attention_layernorm.weight`;

/** What the matrices follow from. */
type LayoutShape = Pick<
  LlamaConfig,
  'layers' | 'hidden' | 'heads' | 'kvHeads' | 'headDim' | 'ffn' | 'vocabSize' | 'tieWordEmbeddings'
>;

/** Every static weight matrix in execution order: per layer qkv, o, gate_up, down; then lm_head. */
export function matrixLayouts(config: LayoutShape): MatrixLayout[] {
  const { layers, hidden, heads, kvHeads, headDim, ffn, vocabSize } = config;
  const layouts: MatrixLayout[] = [];
  const add = (layer: number, operation: Operation, k: number, parts: MatrixPart[]): void => {
    layouts.push({ layer, operation, k, n: parts.reduce((sum, { rows }) => sum + rows, 0), parts });
  };
  for (let layer = 0; layer < layers; layer++) {
    const attention = `model.layers.${layer}.self_attn`;
    const mlp = `model.layers.${layer}.mlp`;
    add(layer, 'qkv', hidden, [
      { tensor: `${attention}.q_proj.weight`, rows: heads * headDim },
      { tensor: `${attention}.k_proj.weight`, rows: kvHeads * headDim },
      { tensor: `${attention}.v_proj.weight`, rows: kvHeads * headDim },
    ]);
    add(layer, 'o', heads * headDim, [{ tensor: `${attention}.o_proj.weight`, rows: hidden }]);
    add(layer, 'gate_up', hidden, [
      { tensor: `${mlp}.gate_proj.weight`, rows: ffn },
      { tensor: `${mlp}.up_proj.weight`, rows: ffn },
    ]);
    add(layer, 'down', ffn, [{ tensor: `${mlp}.down_proj.weight`, rows: hidden }]);
  }
  add(layers, 'lm_head', hidden, [{ tensor: config.tieWordEmbeddings ? EMBEDDING : LM_HEAD, rows: vocabSize }]);
  return layouts;
}

/** Every tensor that a checkpoint of the Llama form must hold, with its shape. */
export function requiredTensors(config: LlamaConfig): Map<string, readonly number[]> {
  const tensors = new Map<string, readonly number[]>([[EMBEDDING, [config.vocabSize, config.hidden]]]);
  for (const { k, parts } of matrixLayouts(config))
    for (const { tensor, rows } of parts) tensors.set(tensor, [rows, k]);
  for (let layer = 0; layer < config.layers; layer++) {
    tensors.set(attentionNorm(layer), [config.hidden]);
    tensors.set(ffnNorm(layer), [config.hidden]);
  }
  tensors.set(FINAL_NORM, [config.hidden]);
  return tensors;
}

/**
 * Whether a tensor beyond the required ones may be passed over: the RoPE tables of old files, which follow
 * from the configuration, and an lm_head where config.json ties it to the embedding.
 */
export function isRedundant(tensor: string): boolean {
  return tensor.endsWith('.rotary_emb.inv_freq') || tensor === LM_HEAD;
}
