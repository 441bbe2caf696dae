import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.js';
import { freePort } from '../supervisor/port.js';
import { requireRedis, withoutPassword } from './connect.js';

describe('requireRedis', () => {
  it('names an address where nobody answers, the cause and the remedy', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const failure = (await requireRedis(url).catch((error: unknown) => error)) as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.message).toContain(`no Redis answers at ${url} (connect ECONNREFUSED`);
    expect(failure.message).toContain('start it, or unset REDIS_URL');
  });

  it('refuses what is no Redis address', async () => {
    await expect(requireRedis('localhost:6379')).rejects.toThrow('write redis://host:port, or unset it');
  });
});

describe('withoutPassword', () => {
  it.each([
    ['redis://user:secret@host:1', 'redis://user:***@host:1'],
    ['redis://:secret@host', 'redis://:***@host'],
    ['redis://host:6379', 'redis://host:6379'],
  ])('%s reads %s', (url, text) => expect(withoutPassword(url)).toBe(text));
});
