import { describe, expect, it } from 'vitest';
import { parseBatches, parseCount, parsePromptText, parseSeconds, parseSeed, parseUrl } from './options.js';

describe('options of compare', () => {
  it('take what fits', () => {
    expect(parseCount('documents')('3')).toBe(3);
    expect(parseSeconds('3.2e7')).toBe(3.2e7);
    expect(parseSeed('18446744073709551615')).toBe(2n ** 64n - 1n);
    expect(parseUrl('http://127.0.0.1:8000/')).toBe('http://127.0.0.1:8000');
  });

  it('take batches as a list and as powers of two', () => {
    expect(parseBatches('64,1,64')).toEqual([1, 64]);
    expect(parseBatches('1..20, 100')).toEqual([1, 2, 4, 8, 16, 100]);
  });

  it.each([
    [parseCount('documents'), '0', /documents from 1/],
    [parseCount('documents'), '1.5', /documents/],
    [parseCount('processes', 4), '5', /to 4/],
    [parseSeed, '18446744073709551616', /2\^64/],
    [parseSeed, '-1', /whole number/],
    [parseSeconds, '-1', /seconds/],
    [parseSeconds, 'a day', /seconds/],
    [parseSeconds, '', /seconds/],
    [parsePromptText, '  ', /empty/],
    [parseBatches, '', /batches from 1/],
    [parseBatches, '0..8', /like 1,64,4096/],
    [parseBatches, '8..1', /powers of two/],
    [parseBatches, '1.5', /batches/],
    [parseBatches, '2000000000', /batches/],
    [parseUrl, 'localhost', /http/],
    [parseUrl, 'ftp://x', /http/],
  ])('refuse others and say what to write (%#)', (parse: (text: string) => unknown, text, reason) => {
    expect(() => parse(text)).toThrow(reason);
  });
});
