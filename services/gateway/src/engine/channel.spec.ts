import { describe, expect, it } from 'vitest';
import { Channel } from './channel.js';

async function read<T>(channel: Channel<T>, into: T[] = []): Promise<T[]> {
  for await (const value of channel) into.push(value);
  return into;
}

describe('Channel', () => {
  it('gives values in order, those that came before and those that come while it is read', async () => {
    const channel = new Channel<number>();
    channel.push(1);
    const reading = read(channel);
    await Promise.resolve();
    channel.push(2);
    channel.push(3);
    channel.end();
    channel.push(4);
    expect(await reading).toEqual([1, 2, 3]);
  });

  it('gives what is unread before it throws', async () => {
    const channel = new Channel<number>();
    channel.push(1);
    channel.fail(new Error('first'));
    channel.fail(new Error('second'));
    const values: number[] = [];
    await expect(read(channel, values)).rejects.toThrow('first');
    expect(values).toEqual([1]);
  });
});
