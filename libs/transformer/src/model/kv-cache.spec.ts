import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { KvCache } from './kv-cache.js';

/** Counts how often its room was given back. */
class Room {
  freed = 0;
  free(): void {
    this.freed++;
  }
}

describe('KvCache', () => {
  it('refuses more positions than the context, and stays usable', () => {
    const cache = new KvCache(new Room(), 10);
    expect(() => cache.begin(11)).toThrow(expect.objectContaining({ code: 'context_length_exceeded' }) as Error);
    cache.begin(10);
    cache.commit(10);
    expect(() => cache.begin(1)).toThrow('exceed the context of 10');
  });

  it('holds off a second step until the first has ended either way', () => {
    const cache = new KvCache(new Room(), 10);
    cache.begin(1);
    expect(() => cache.begin(1)).toThrow('two steps at once');
    cache.rollBack();
    expect(cache.length).toBe(0);
    cache.begin(4);
    cache.commit(4);
    expect(cache.length).toBe(4);
  });

  it('gives its room back once, and takes no step after it', () => {
    const room = new Room();
    const cache = new KvCache(room, 10);
    cache.free();
    cache.free();
    expect(room.freed).toBe(1);
    expect(() => cache.begin(1)).toThrow('a KV cache that is freed');
  });

  it.each(['commit', 'rollBack'] as const)('that is freed in the middle of a step gives back at its %s', (end) => {
    const room = new Room();
    const cache = new KvCache(room, 10);
    cache.begin(1);
    cache.free();
    expect(room.freed).toBe(0);
    cache[end](1);
    expect(room.freed).toBe(1);
  });

  it('that is forgotten gives back when it is collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const room = new Room();
    void new KvCache(room, 10);
    await vi.waitFor(
      () => {
        collect();
        expect(room.freed).toBe(1);
      },
      { timeout: 10_000 },
    );
  });
});
