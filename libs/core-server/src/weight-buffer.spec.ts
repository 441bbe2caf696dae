import { floatsToBytes, type ShardSpec } from '@ohmlight/contracts';
import { array, assert, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeightBuffer } from './weight-buffer.js';

const spec: ShardSpec = {
  checkpoint: 'nano',
  layer: 1,
  operation: 'down',
  profile: 'exact',
  k: 5,
  n: 300,
  columnStart: 256,
  columnEnd: 264,
  chipSeed: 1n,
};
const weights = Float32Array.from({ length: 40 }, (_, i) => i / 3);

describe('WeightBuffer', () => {
  it('joins chunks of any whole number of floats, wherever their bytes lie', () => {
    const cut = record({ floats: integer({ min: 0, max: 12 }), offset: integer({ min: 0, max: 7 }) });
    assert(
      property(array(cut, { maxLength: 20 }), (cuts) => {
        const buffer = new WeightBuffer(spec);
        let at = 0;
        for (const { floats, offset } of [...cuts, { floats: 40, offset: 3 }]) {
          const piece = floatsToBytes(weights.subarray(at, at + floats));
          at += piece.length / 4;
          const memory = new Uint8Array(offset + piece.length);
          memory.set(piece, offset);
          buffer.append(memory.subarray(offset));
        }
        expect(buffer.finish()).toEqual(weights);
      }),
    );
  });

  const bytes = floatsToBytes(weights);
  it.each([
    ['a chunk that cuts a value', [bytes.subarray(0, 6)], /chunk of 6 bytes/],
    ['too many weights', [bytes, bytes.subarray(0, 4)], /more than 40 weights/],
    ['too few weights', [bytes.subarray(4)], /39 of 40 weights/],
    ['no weights', [], /0 of 40 weights/],
    ['NaN', [floatsToBytes(weights.with(13, Number.NaN))], /column 258, row 3 is NaN/],
    ['infinity', [floatsToBytes(weights.with(39, -Infinity))], /column 263, row 4 is -Infinity/],
  ])('refuses %s, naming the shard', (_, chunks, message) => {
    const fill = (): void => {
      const buffer = new WeightBuffer(spec);
      for (const chunk of chunks) buffer.append(chunk);
      buffer.finish();
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'invalid_shard' }));
    expect(fill).toThrow(message);
    expect(fill).toThrow('nano/1/down/256-264@exact#1');
  });
});
