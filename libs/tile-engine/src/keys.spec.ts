import { describe, expect, it } from 'vitest';
import { seedWords, staticSource } from './keys.js';

describe('static draws', () => {
  const cell = (chip: bigint, matrix: string, input: number, column: number): string => {
    const words = new Uint32Array(4);
    staticSource(chip, matrix).cell(words, input, column);
    return words.join();
  };

  it('depend on chip, matrix, input and column, and on nothing else', () => {
    const first = cell(1n, 'nano/0/qkv', 2, 3);
    expect(cell(1n, 'nano/0/qkv', 2, 3)).toBe(first);
    const others = [
      cell(2n, 'nano/0/qkv', 2, 3),
      cell(1n << 32n, 'nano/0/qkv', 2, 3),
      cell(1n, 'nano/1/qkv', 2, 3),
      cell(1n, 'nano/0/qkv', 3, 2),
      cell(1n, 'nano/0/qkv', 2, 4),
    ];
    const words = new Uint32Array(4);
    staticSource(1n, 'nano/0/qkv').column(words, 3);
    expect(new Set([first, ...others, words.join()]).size).toBe(7);
  });

  it('have these bits', () => {
    expect(cell(1n, 'nano/0/qkv', 2, 3)).toMatch(/^3107952538,1794332251,3301803064,/);
  });

  it('take a seed of 64 bits', () => {
    expect(seedWords(0xffff_fffe_0000_0007n)).toEqual([7, 0xffff_fffe]);
  });
});
