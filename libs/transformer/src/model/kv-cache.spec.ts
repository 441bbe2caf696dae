import { describe, expect, it } from 'vitest';
import { KvCache } from './kv-cache.js';

describe('KvCache', () => {
  it('grows on demand, keeps what it holds, and never beyond the context', () => {
    const cache = new KvCache(2, 3, 100);
    expect([cache.length, cache.bytes]).toEqual([0, 0]);
    cache.begin(2);
    cache.keys(1).set([1, 2, 3, 4, 5, 6]);
    cache.values(0).set([7], 5);
    cache.commit(2);
    expect(cache.bytes).toBe(64 * 3 * 2 * 2 * 4);
    cache.begin(70);
    expect([...cache.keys(1).subarray(0, 6)]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(cache.values(0)[5]).toBe(7);
    expect(cache.keys(0)).toHaveLength(100 * 3);
    cache.commit(70);
    expect(cache.length).toBe(72);
  });

  it('refuses more positions than the context, and stays usable', () => {
    const cache = new KvCache(1, 1, 10);
    expect(() => cache.begin(11)).toThrow(expect.objectContaining({ code: 'context_length_exceeded' }) as Error);
    cache.begin(10);
    cache.commit(10);
    expect(() => cache.begin(1)).toThrow('exceed the context of 10');
  });

  it('holds off a second step until the first has ended either way', () => {
    const cache = new KvCache(1, 1, 10);
    cache.begin(1);
    expect(() => cache.begin(1)).toThrow('two steps at once');
    cache.rollBack();
    expect(cache.length).toBe(0);
    cache.begin(4);
    cache.commit(4);
    expect(cache.length).toBe(4);
  });
});
