import { activationsKey } from '@ohmlight/contracts';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { RedisActivationStore } from './activation-store.js';

const key = activationsKey('spec', 'g1-0');
const bytes = Buffer.of(0, 255, 128);
const store = new RedisActivationStore(
  { getBuffer: async (asked: string) => (asked === key ? bytes : null) } as unknown as Redis,
  'spec',
);

describe('RedisActivationStore', () => {
  it('reads the bytes under the key', async () => {
    expect(await store.read(key)).toEqual(bytes);
  });

  it('says where activations that are gone may have gone', async () => {
    await expect(store.read(activationsKey('spec', 'gone'))).rejects.toMatchObject({
      code: 'queue_unavailable',
      message: expect.stringContaining('noeviction'),
    });
  });

  it.each(['spec:service:g', 'other:x:g1-0'])('reads no other key: %s', async (other) => {
    await expect(store.read(other)).rejects.toMatchObject({ code: 'invalid_job' });
  });
});
