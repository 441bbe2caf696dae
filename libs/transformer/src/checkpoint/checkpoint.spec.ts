import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OhmlightError } from '@ohmlight/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture, readJson, Scratch, TINY } from '../../testing/fixtures.js';
import { Checkpoint } from './checkpoint.js';

const scratch = new Scratch();
afterAll(() => scratch.remove());

async function refusal(directory: string): Promise<OhmlightError> {
  return Checkpoint.open('tiny', directory).then(
    () => {
      throw new Error('the checkpoint was accepted');
    },
    (thrown: unknown) => thrown as OhmlightError,
  );
}

function editJson(path: string, edit: (json: Record<string, object>) => void): void {
  const json = readJson<Record<string, object>>(path);
  edit(json);
  writeFileSync(path, JSON.stringify(json));
}

/** Rewrites the header of a safetensors file in place of the old one. */
function editHeader(path: string, edit: (header: Record<string, Record<string, unknown>>) => void): void {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.subarray(8, 8 + length).toString()) as Record<string, Record<string, unknown>>;
  edit(header);
  const text = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([prefix, text, file.subarray(8 + length)]));
}

describe('Checkpoint', () => {
  it('lists every matrix in execution order', async () => {
    const checkpoint = await Checkpoint.open('tiny', fixture('tiny', 'sharded-f32'));
    expect(checkpoint.matrices().map(({ layer, operation, k, n }) => [layer, operation, k, n])).toEqual([
      [0, 'qkv', 24, 100],
      [0, 'o', 60, 24],
      [0, 'gate_up', 24, 74],
      [0, 'down', 37, 24],
      [1, 'qkv', 24, 100],
      [1, 'o', 60, 24],
      [1, 'gate_up', 24, 74],
      [1, 'down', 37, 24],
      [2, 'lm_head', 24, 101],
    ]);
    expect(
      checkpoint.matrices('fused').map(({ layer, operation, k, n, inner }) => [layer, operation, k, n, inner]),
    ).toEqual([
      [0, 'qkv', 24, 100, undefined],
      [0, 'o', 60, 24, undefined],
      [0, 'ffn', 24, 24, 37],
      [1, 'qkv', 24, 100, undefined],
      [1, 'o', 60, 24, undefined],
      [1, 'ffn', 24, 24, 37],
      [2, 'lm_head', 24, 101, undefined],
    ]);
    expect(checkpoint.matrix(2, 'lm_head').checkpoint).toBe('tiny');
    expect(() => checkpoint.matrix(2, 'qkv')).toThrow('no matrix 2/qkv');
    expect(checkpoint.generationConfig).toEqual({ eosTokenIds: [2, 5] });
    await checkpoint.close();
  });

  it.each(TINY)('reads any range of %s as the rows of its tensors', async (name) => {
    const checkpoint = await Checkpoint.open('tiny', fixture('tiny', name));
    const tensor = async (part: string) => (await checkpoint.readTensor(`model.layers.1.${part}.weight`)).data;
    const q = await tensor('self_attn.q_proj');
    const k = await tensor('self_attn.k_proj');
    const v = await tensor('self_attn.v_proj');
    const fused = [...q, ...k, ...v];
    const { hidden } = checkpoint.config;
    const qRows = q.length / hidden;
    const kRows = k.length / hidden;
    for (const [start, end] of [
      [0, qRows + 2 * kRows],
      [qRows - 1, qRows + kRows + 1],
      [3, 4],
      [qRows, qRows + kRows],
    ] as const)
      expect([...(await checkpoint.readMatrix(1, 'qkv', start, end))]).toEqual(
        fused.slice(start * hidden, end * hidden),
      );
    const gateUp = [...(await tensor('mlp.gate_proj')), ...(await tensor('mlp.up_proj'))];
    expect([...(await checkpoint.readMatrix(1, 'gate_up', 0, gateUp.length / hidden))]).toEqual(gateUp);
    const down = [...(await tensor('mlp.down_proj'))].slice(3 * checkpoint.config.ffn, 9 * checkpoint.config.ffn);
    expect([...(await checkpoint.readMatrix(1, 'ffn', 3, 9))]).toEqual([...gateUp, ...down]);
    await checkpoint.close();
  });

  it('reads the values that the file holds', async () => {
    // First and last value of a BF16 tensor, by hand: the stored bytes are the upper half of the float.
    const directory = fixture('tiny', 'mistral-bf16');
    const file = readFileSync(join(directory, 'model.safetensors'));
    const headerEnd = 8 + Number(file.readBigUInt64LE());
    const header = JSON.parse(file.subarray(8, headerEnd).toString()) as Record<string, { data_offsets: number[] }>;
    const at = headerEnd + header['model.embed_tokens.weight']!.data_offsets[0]!;
    const checkpoint = await Checkpoint.open('tiny', directory);
    const { shape, data } = await checkpoint.readTensor('model.embed_tokens.weight');
    expect(shape).toEqual([67, 28]);
    const bits = new Uint32Array(data.buffer);
    expect([bits[0], bits[1875]]).toEqual([
      file.readUInt16LE(at) * 2 ** 16,
      file.readUInt16LE(at + 2 * 1875) * 2 ** 16,
    ]);
    await checkpoint.close();
  });

  it('ties lm_head to the embedding where config.json says so', async () => {
    const checkpoint = await Checkpoint.open('tiny', fixture('tiny', 'tied-f16'));
    const { data } = await checkpoint.readTensor('model.embed_tokens.weight');
    expect(await checkpoint.readMatrix(2, 'lm_head', 0, 67)).toEqual(data);
    await checkpoint.close();
  });

  it.each([
    [5, 5],
    [-1, 3],
    [0, 101],
    [0.5, 2],
    [NaN, 2],
  ])('refuses the range [%d, %d)', async (start, end) => {
    const checkpoint = await Checkpoint.open('tiny', fixture('tiny', 'sharded-f32'));
    await expect(checkpoint.readMatrix(0, 'qkv', start, end)).rejects.toMatchObject({ code: 'invalid_shard' });
    await checkpoint.close();
  });
});

describe('Checkpoint.open refuses', () => {
  it.each([
    ['a missing directory', (directory: string) => rmSync(directory, { recursive: true }), 'no directory'],
    ['a missing config.json', (directory: string) => rmSync(join(directory, 'config.json')), 'config.json is missing'],
    ['missing weights', (directory: string) => rmSync(join(directory, 'model.safetensors')), 'neither'],
  ])('%s', async (_, spoil, message) => {
    const directory = scratch.copy('tied-f16');
    spoil(directory);
    const error = await refusal(directory);
    expect(error.code).toBe('checkpoint_not_found');
    expect(error.message).toContain(message);
  });

  it.each(['', 'x', '[1]', '{"model_type": "llama"'])('config.json = %j', async (text) => {
    const directory = scratch.copy('tied-f16');
    writeFileSync(join(directory, 'config.json'), text);
    const error = await refusal(directory);
    expect(error.code).toBe('invalid_checkpoint');
    expect(error.message).toContain('config.json');
  });

  it('a file cut at any place, naming the tensor where the data are cut', async () => {
    const directory = scratch.copy('tied-f16');
    const path = join(directory, 'model.safetensors');
    const size = readFileSync(path).length;
    for (const [length, message] of [
      [size - 1, /tensor "model\.[a-z_.0-9]+" ends at byte/],
      [size - 5000, /tensor "model\.[a-z_.0-9]+" ends at byte/],
      [4000, /tensor "model\.[a-z_.0-9]+" ends at byte/],
      [100, /the file ends after 100; it is truncated/],
      [9, /the file ends after 9; it is truncated/],
      [4, /the file ends inside the header length/],
      [0, /the file ends inside the header length/],
    ] as const) {
      truncateSync(path, length);
      const error = await refusal(directory);
      expect(error.code).toBe('invalid_checkpoint');
      expect(error.message).toContain('model.safetensors');
      expect(error.message).toMatch(message);
    }
  });

  it('a shape that contradicts config.json', async () => {
    const directory = scratch.copy('tied-f16');
    editJson(join(directory, 'config.json'), (json) => Object.assign(json, { intermediate_size: 40 }));
    const error = await refusal(directory);
    expect(error.code).toBe('invalid_checkpoint');
    expect(error.message).toContain('"model.layers.0.mlp.gate_proj.weight" has the shape [41, 30]');
  });

  it('a tensor of integers', async () => {
    const directory = scratch.copy('tied-f16');
    editHeader(join(directory, 'model.safetensors'), (header) => {
      header['model.norm.weight']!.dtype = 'I16';
    });
    const error = await refusal(directory);
    expect(error.code).toBe('unsupported_checkpoint');
    expect(error.message).toContain('"model.norm.weight" has dtype I16');
  });

  it('a tensor that the Llama form lacks, and one that it needs', async () => {
    const directory = scratch.copy('tied-f16');
    editHeader(join(directory, 'model.safetensors'), (header) => {
      header['model.layers.0.self_attn.q_norm.weight'] = header['model.norm.weight']!;
      delete header['model.norm.weight'];
    });
    expect((await refusal(directory)).message).toContain('no tensor "model.norm.weight"');

    const grown = scratch.copy('tied-f16');
    editJson(join(grown, 'config.json'), (json) => Object.assign(json, { num_hidden_layers: 1 }));
    const error = await refusal(grown);
    expect(error.code).toBe('unsupported_checkpoint');
    expect(error.message).toContain('"model.layers.1.');
  });

  it.each([
    ['a shard that is missing', 'nowhere.safetensors', 'checkpoint_not_found', 'nowhere.safetensors'],
    [
      'a shard that lacks the tensor',
      'model-00002-of-00002.safetensors',
      'invalid_checkpoint',
      'maps tensor "model.norm.weight"',
    ],
    ['a path out of the directory', '../model.safetensors', 'invalid_checkpoint', 'no file name'],
    ['the directory itself', '.', 'invalid_checkpoint', 'cannot be read'],
    ['a number', 7, 'invalid_checkpoint', '"model.norm.weight" is mapped to 7'],
  ])('an index that names %s', async (_, file, code, message) => {
    const directory = scratch.copy('sharded-f32');
    editJson(join(directory, 'model.safetensors.index.json'), ({ weight_map: map }) =>
      Object.assign(map!, { 'model.norm.weight': file }),
    );
    const error = await refusal(directory);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('an index without a map', async () => {
    const directory = scratch.copy('sharded-f32');
    writeFileSync(join(directory, 'model.safetensors.index.json'), '{"weight_map": []}');
    expect((await refusal(directory)).message).toContain('weight_map is no JSON object');
  });
});

it('names the tensor when the file shrinks after it was opened', async () => {
  const directory = scratch.copy('tied-f16');
  const checkpoint = await Checkpoint.open('tiny', directory);
  truncateSync(join(directory, 'model.safetensors'), 4000);
  await expect(checkpoint.readTensor('model.norm.weight')).rejects.toThrow(
    /the file ends inside tensor "model\.norm\.weight"/,
  );
  await checkpoint.close();
});
