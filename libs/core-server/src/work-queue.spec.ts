import { describe, expect, it } from 'vitest';
import { WorkQueue } from './work-queue.js';

describe('WorkQueue', () => {
  it('runs work in the order it came', async () => {
    const queue = new WorkQueue();
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((piece) => queue.run(() => order.push(piece))));
    expect(order).toEqual([1, 2, 3]);
  });

  it('lets the event loop turn between two pieces', async () => {
    const queue = new WorkQueue();
    const order: string[] = [];
    const pieces = ['first', 'second'].map((piece) =>
      queue.run(() => {
        order.push(piece);
        setImmediate(() => order.push(`turn after ${piece}`));
      }),
    );
    await Promise.all(pieces);
    expect(order).toEqual(['first', 'turn after first', 'second']);
  });

  it('passes on results and errors, and goes on after an error', async () => {
    const queue = new WorkQueue();
    const failed = queue.run(() => {
      throw new RangeError('no');
    });
    const done = queue.run(() => 7);
    await expect(failed).rejects.toThrow(RangeError);
    expect(await done).toBe(7);
  });

  it('is idle when nothing waits', async () => {
    const queue = new WorkQueue();
    await queue.idle();
    let ran = 0;
    void queue.run(() => ran++);
    void queue.run(() => queue.run(() => ran++));
    expect(queue.waiting).toBe(2);
    await queue.idle();
    expect(ran).toBe(2);
    expect(queue.waiting).toBe(0);
  });
});
