import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Shape of the checkpoint that `writeCheckpoint` makes: its gate_up has 1,024 columns, four shards of 256. */
export const SHAPE = { hidden: 96, layers: 2, heads: 4, kvHeads: 2, headDim: 24, ffn: 512, vocab: 300 } as const;

export interface TestCheckpoint {
  readonly directory: string;
  remove(): Promise<void>;
}

/** A Llama checkpoint in F32 with weights of a fixed sequence, in a temporary directory. */
export async function writeCheckpoint(): Promise<TestCheckpoint> {
  const { hidden, layers, heads, kvHeads, headDim, ffn, vocab } = SHAPE;
  const tensors: [string, number[]][] = [['model.embed_tokens.weight', [vocab, hidden]]];
  for (let layer = 0; layer < layers; layer++) {
    const name = (suffix: string): string => `model.layers.${layer}.${suffix}.weight`;
    tensors.push(
      [name('input_layernorm'), [hidden]],
      [name('self_attn.q_proj'), [heads * headDim, hidden]],
      [name('self_attn.k_proj'), [kvHeads * headDim, hidden]],
      [name('self_attn.v_proj'), [kvHeads * headDim, hidden]],
      [name('self_attn.o_proj'), [hidden, heads * headDim]],
      [name('post_attention_layernorm'), [hidden]],
      [name('mlp.gate_proj'), [ffn, hidden]],
      [name('mlp.up_proj'), [ffn, hidden]],
      [name('mlp.down_proj'), [hidden, ffn]],
    );
  }
  tensors.push(['model.norm.weight', [hidden]]);

  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, shape] of tensors) {
    const bytes = shape.reduce((product, size) => product * size, 4);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const data = new Float32Array(offset / 4);
  let state = 12345;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = (state / 2 ** 32 - 0.5) * 0.25;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));

  const directory = await mkdtemp(join(tmpdir(), 'ohmlight-checkpoint-'));
  await writeFile(join(directory, 'model.safetensors'), Buffer.concat([length, json, Buffer.from(data.buffer)]));
  await writeFile(
    join(directory, 'config.json'),
    JSON.stringify({
      model_type: 'llama',
      architectures: ['LlamaForCausalLM'],
      vocab_size: vocab,
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: kvHeads,
      head_dim: headDim,
      intermediate_size: ffn,
      hidden_act: 'silu',
      rms_norm_eps: 1e-5,
      rope_theta: 10_000,
      tie_word_embeddings: true,
      max_position_embeddings: 128,
      bos_token_id: 1,
      eos_token_id: 2,
    }),
  );
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
