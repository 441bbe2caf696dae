import { OhmlightError } from '@ohmlight/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHeaderLength, MAX_HEADER_BYTES, parseSafetensorsHeader } from './safetensors-header.js';

const DATA_START = 100;
/** Two tensors, 24 and 16 bytes. */
const good = () => ({
  __metadata__: { format: 'pt' } as unknown,
  first: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } as Record<string, unknown>,
  second: { dtype: 'BF16', shape: [8], data_offsets: [24, 40] } as Record<string, unknown>,
});
const FILE_SIZE = DATA_START + 40;

function refusal(header: unknown, fileSize = FILE_SIZE): OhmlightError {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  try {
    parseSafetensorsHeader(text, DATA_START, fileSize, 'model.safetensors');
  } catch (thrown) {
    return thrown as OhmlightError;
  }
  throw new Error('the header was accepted');
}

describe('parseSafetensorsHeader', () => {
  it('gives absolute ranges', () => {
    const tensors = parseSafetensorsHeader(JSON.stringify(good()), DATA_START, FILE_SIZE, 'f');
    expect(tensors.get('first')).toEqual({ name: 'first', dtype: 'F32', shape: [2, 3], start: 100, end: 124 });
    expect(tensors.get('second')).toEqual({ name: 'second', dtype: 'BF16', shape: [8], start: 124, end: 140 });
    expect(tensors.size).toBe(2);
  });

  it('accepts scalars and empty tensors, in any order', () => {
    const header = {
      scalar: { dtype: 'F32', shape: [], data_offsets: [0, 4] },
      empty: { dtype: 'F32', shape: [0, 7], data_offsets: [4, 4] },
      emptyFirst: { dtype: 'I64', shape: [0], data_offsets: [0, 0] },
    };
    expect(parseSafetensorsHeader(JSON.stringify(header), 10, 14, 'f').size).toBe(3);
  });

  const lies: [string, string, (header: ReturnType<typeof good>) => void][] = [
    ['an unknown dtype', '"second" has the unknown dtype "F128"', ({ second }) => (second.dtype = 'F128')],
    ['a dtype of the prototype', '"second" has the unknown dtype', ({ second }) => (second.dtype = 'constructor')],
    ['a negative size', '"second" has the shape', ({ second }) => (second.shape = [-8])],
    ['a fractional size', '"second" has the shape', ({ second }) => (second.shape = [0.5])],
    ['a shape that is no list', '"second" has the shape', ({ second }) => (second.shape = 8)],
    ['one offset', '"second" has the data_offsets', ({ second }) => (second.data_offsets = [24])],
    ['a negative offset', '"second" has the data_offsets', ({ second }) => (second.data_offsets = [-1, 40])],
    ['offsets turned round', '"second" ends at 24, before', ({ second }) => (second.data_offsets = [40, 24])],
    ['a shape larger than its range', '"first" spans 24 bytes', ({ first }) => (first.shape = [2, 4])],
    ['a dtype that does not fit its range', '"first" spans 24 bytes', ({ first }) => (first.dtype = 'F16')],
    ['a size past 2^53', '"first" has the shape', ({ first }) => (first.shape = [2 ** 40, 2 ** 40])],
    [
      'an overlap',
      '"second" starts at byte 120, inside tensor "first"',
      ({ second }) => Object.assign(second, { shape: [10], data_offsets: [20, 40] }),
    ],
    [
      'a hole',
      '"second" starts at byte 128, but tensor "first" ends at 124',
      ({ second }) => Object.assign(second, { shape: [6], data_offsets: [28, 40] }),
    ],
    [
      'a range past the end of the file',
      '"second" ends at byte 142, but the file has 140',
      ({ second }) => Object.assign(second, { shape: [9], data_offsets: [24, 42] }),
    ],
    ['no description', '"second" is described by no JSON object', (header) => Object.assign(header, { second: null })],
    ['metadata that are no strings', '__metadata__', (header) => (header.__metadata__ = { format: 1 })],
  ];
  it.each(lies)('refuses %s and names the tensor', (_, message, spoil) => {
    const header = good();
    spoil(header);
    const error = refusal(header);
    expect(error.code).toBe('invalid_checkpoint');
    expect(error.message).toContain('model.safetensors');
    expect(error.message).toContain(message);
  });

  it('names the first tensor that a truncated file cuts', () => {
    expect(refusal(good(), FILE_SIZE - 1).message).toContain('tensor "second" ends at byte 140, but the file has 139');
    expect(refusal(good(), DATA_START + 10).message).toContain('tensor "first" ends at byte 124');
  });

  it('refuses bytes that belong to no tensor', () => {
    expect(refusal(good(), FILE_SIZE + 5).message).toContain('tensor "second" ends at byte 140, but the file has 145');
  });

  it.each(['', '{', '[]', 'null', '7', '{"a": }'])('refuses the header %j', (text) => {
    expect(refusal(text).code).toBe('invalid_checkpoint');
  });

  it('accepts exactly those offsets that tile the data', () => {
    const offsets = fc.tuple(fc.integer({ min: 0, max: 48 }), fc.integer({ min: 0, max: 48 }));
    fc.assert(
      fc.property(offsets, offsets, (first, second) => {
        const header = {
          first: { dtype: 'U8', shape: [first[1] - first[0]], data_offsets: first },
          second: { dtype: 'U8', shape: [second[1] - second[0]], data_offsets: second },
        };
        const covered = new Uint8Array(40);
        let fits = true;
        for (const [from, to] of [first, second]) {
          fits &&= from <= to && to <= 40;
          for (let i = from; i < to && i < 40; i++) covered[i]!++;
        }
        fits &&= covered.every((count) => count === 1);
        let code = 'accepted';
        try {
          parseSafetensorsHeader(JSON.stringify(header), DATA_START, FILE_SIZE, 'f');
        } catch (thrown) {
          code = (thrown as OhmlightError).code;
        }
        // An empty tensor inside another's range covers nothing, yet has no place of its own.
        const misplaced = (first[0] === first[1] || second[0] === second[1]) && code !== 'accepted';
        expect(code).toBe(fits && !misplaced ? 'accepted' : 'invalid_checkpoint');
      }),
      {
        numRuns: 500,
        examples: [
          [
            [0, 24],
            [24, 40],
          ],
          [
            [30, 40],
            [0, 30],
          ],
        ],
      },
    );
  });
});

describe('checkHeaderLength', () => {
  it('accepts a header that ends with the file', () => {
    expect(checkHeaderLength(92n, 100, 'f')).toBe(92);
  });

  it.each([
    [0n, 'too few'],
    [93n, 'truncated'],
    [BigInt(MAX_HEADER_BYTES) + 1n, 'at most'],
    [2n ** 64n - 1n, 'at most'],
  ])('refuses the length %s of a file of 100 bytes', (length, message) => {
    expect(() => checkHeaderLength(length, 100, 'f')).toThrow(message);
  });
});
