import { describe, expect, it } from 'vitest';
import { fixture } from '../../testing/fixtures.js';
import { Checkpoint } from '../checkpoint/checkpoint.js';
import type { LlamaConfig } from '../checkpoint/config.js';
import { ReferenceMatmul } from '../reference-matmul.js';
import { digitalWorkOfRow } from './digital-cost.js';
import { LlamaModel } from '../model/llama-model.js';

/** H = 4, one layer, two heads of 2 over one key and value head, F = 3. */
const small = { hidden: 4, layers: 1, heads: 2, kvHeads: 1, headDim: 2, ffn: 3 } as LlamaConfig;

describe('digitalWorkOfRow', () => {
  it('counts a row at position 2 of a small model as a hand does', () => {
    // Norm of 4: 4 squares, 4 sums, mean, + ε, rsqrt, 4 scalings, 4 weights.
    const norm = 4 + 4 + 3 + 4 + 4;
    // Six heads' worth of dimensions are three pairs; 4 products and 2 sums each.
    const rope = 3 * 6;
    // Per head and position: 2 products and 2 sums for the score, scale, maximum, −, exp, sum, division,
    // 2 products and 2 sums for the values. Two heads, three positions.
    const attention = 2 * 3 * (4 + 6 + 4);
    // Negate, exp, 1 +, division, product; three times.
    const activation = 3 * 5;
    const residuals = 2 * 4;
    const flops = norm + rope + attention + residuals + norm + activation;

    const reads = {
      embedding: 4,
      norms: 2 * (4 + 4),
      rope: 4 + 2 + 2, // q, k, and one cos and one sin per pair of a head
      value: 2,
      attention: 4 + 3 * (2 + 2), // q; three keys and values
      residuals: 2 * (4 + 4),
      activation: 3 + 3,
    };
    const writes = 4 + 2 * 4 + (4 + 2) + 2 + 4 + 2 * 4 + 3;
    const elements = Object.values(reads).reduce((sum, count) => sum + count) + writes;
    expect(digitalWorkOfRow(small, 2, false)).toEqual({ flops, bytes: 4 * elements });
    expect(digitalWorkOfRow(small, 2, true)).toEqual({ flops: flops + norm, bytes: 4 * (elements + 12) });
  });

  it('grows with the position by one attended position', () => {
    const at = (position: number) => digitalWorkOfRow(small, position, false);
    expect(at(9).flops - at(8).flops).toBe(2 * 14);
    expect(at(9).bytes - at(8).bytes).toBe(4 * 4);
  });
});

describe("a step's digital work", () => {
  it('is the sum over its rows, however they are batched', async () => {
    const checkpoint = await Checkpoint.open('tiny', fixture('tiny', 'sharded-f32'));
    const model = await LlamaModel.load(checkpoint);
    const matmul = await ReferenceMatmul.load(checkpoint);
    await checkpoint.close();

    const expected = { flops: 0, bytes: 0 };
    for (let position = 0; position < 6; position++) {
      const row = digitalWorkOfRow(model.config, position, position === 5);
      expected.flops += row.flops;
      expected.bytes += row.bytes;
    }
    const tokens = [1, 2, 3, 4, 5, 6];
    const whole = model.newKvCache();
    const { digital } = await model.forward([{ cache: whole, tokens, start: 0, seed: 0n, logits: 'last' }], matmul);
    expect(digital).toEqual(expected);

    const cut = model.newKvCache();
    const first = { cache: cut, tokens: tokens.slice(0, 4), start: 0, seed: 0n, logits: 'none' as const };
    const before = (await model.forward([first], matmul)).digital;
    const second = { cache: cut, tokens: tokens.slice(4), start: 4, seed: 0n, logits: 'last' as const };
    const other = { cache: model.newKvCache(), tokens: [9], start: 0, seed: 0n, logits: 'all' as const };
    const together = (await model.forward([second, other], matmul)).digital;
    const neighbour = digitalWorkOfRow(model.config, 0, true);
    expect(before.flops + together.flops - neighbour.flops).toBe(expected.flops);
    expect(before.bytes + together.bytes - neighbour.bytes).toBe(expected.bytes);
  });
});
