import { describe, expect, it } from 'vitest';
import { renderTable, significant, wrapText } from './table.js';

describe('renderTable', () => {
  const columns = [{ title: 'name' }, { title: 'text', wraps: true }, { title: 'W', align: 'right' }] as const;

  it('aligns columns, and wraps one of them to the width', () => {
    const lines = renderTable(columns, [['a', 'the fox took the lantern home', '1.5']], 35);
    expect(lines).toEqual([
      'name  text                        W',
      '────  ────────────────────────  ───',
      'a     the fox took the lantern  1.5',
      '      home',
    ]);
  });

  it('takes no more width than the cells need', () => {
    expect(renderTable(columns, [['a', 'short', '1']], 200)[2]).toBe('a     short  1');
  });

  it('keeps the wrapping column readable on a terminal that is too narrow', () => {
    const lines = renderTable(columns, [['a', 'the fox took the lantern home', '1']], 10);
    expect(lines.slice(2).map((line) => line.slice(6, 26).trimEnd())).toEqual(['the fox took the', 'lantern home']);
  });

  it('prints titles alone when there are no rows', () => {
    expect(renderTable([{ title: 'a' }], [], 80)).toEqual(['a', '─']);
  });
});

describe('wrapText', () => {
  it('loses no character of a word longer than the line', () => {
    expect(wrapText('ab abcdefgh c', 3)).toEqual(['ab', 'abc', 'def', 'gh', 'c']);
  });
  it('gives one empty line for no text', () => expect(wrapText('', 5)).toEqual(['']));
});

describe('significant', () => {
  it.each([
    [0.000_001_234, '0.00000123'],
    [0.5, '0.500'],
    [12.345, '12.3'],
    [1234.5, '1235'],
    [0, '0'],
    [null, '–'],
    [Number.NaN, '–'],
  ])('%s reads %s', (value, text) => expect(significant(value)).toBe(text));
});
