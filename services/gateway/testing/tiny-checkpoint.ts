import { philox4x32 } from '@ohmlight/contracts';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Context of the tiny checkpoint. */
export const TINY_CONTEXT = 96;
export const TINY_LAYERS = 2;
export const TINY_VOCAB = 293;

const HIDDEN = 16;
const HEADS = 2;
const FFN = 24;
const EOS = 291;

const shapes = (): [string, number[]][] => {
  const tensors: [string, number[]][] = [['model.embed_tokens.weight', [TINY_VOCAB, HIDDEN]]];
  for (let layer = 0; layer < TINY_LAYERS; layer++) {
    const prefix = `model.layers.${layer}`;
    for (const part of ['q_proj', 'k_proj', 'v_proj', 'o_proj'])
      tensors.push([`${prefix}.self_attn.${part}.weight`, [HIDDEN, HIDDEN]]);
    tensors.push([`${prefix}.mlp.gate_proj.weight`, [FFN, HIDDEN]], [`${prefix}.mlp.up_proj.weight`, [FFN, HIDDEN]]);
    tensors.push([`${prefix}.mlp.down_proj.weight`, [HIDDEN, FFN]]);
    tensors.push([`${prefix}.input_layernorm.weight`, [HIDDEN]]);
    tensors.push([`${prefix}.post_attention_layernorm.weight`, [HIDDEN]]);
  }
  tensors.push(['model.norm.weight', [HIDDEN]], ['lm_head.weight', [TINY_VOCAB, HIDDEN]]);
  return tensors;
};

function safetensors(): Buffer {
  const header: Record<string, object> = {};
  const chunks: Buffer[] = [];
  let offset = 0;
  shapes().forEach(([name, shape], tensor) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i++) {
      const uniform = philox4x32([i, tensor, 0, 0], [7, 7])[0] / 2 ** 32;
      values[i] = name.includes('norm') ? 1 : (uniform - 0.5) * 1.4;
    }
    const bytes = Buffer.from(values.buffer);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    chunks.push(bytes);
  });
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...chunks]);
}

/**
 * Writes a checkpoint of random weights with the byte-level tokenizer of the fixtures: small enough for a
 * test, and its answers are bytes at random, half characters included.
 */
export function writeTinyCheckpoint(): { directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'ohmlight-gateway-'));
  const fixtures = fileURLToPath(new URL('../../../test/fixtures/tiny/byte-level', import.meta.url));
  for (const file of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(fixtures, file), join(directory, file));
  const config = {
    model_type: 'llama',
    vocab_size: TINY_VOCAB,
    hidden_size: HIDDEN,
    num_hidden_layers: TINY_LAYERS,
    num_attention_heads: HEADS,
    num_key_value_heads: HEADS,
    intermediate_size: FFN,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: false,
    max_position_embeddings: TINY_CONTEXT,
    bos_token_id: 290,
    eos_token_id: EOS,
    hidden_act: 'silu',
  };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  writeFileSync(join(directory, 'model.safetensors'), safetensors());
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}
