import { describe, expect, it } from 'vitest';
import { measure } from './measure.js';
import type { Subject } from './subject.js';

/** A subject whose calls take a given time, by its own word. */
function subject(secondsOfCall: number, calls: number[] = []): Subject {
  return {
    kernel: 'product',
    path: 'portable',
    threads: 1,
    bytesPerWeight: null,
    detail: null,
    run(count) {
      calls.push(count);
      return count * secondsOfCall;
    },
  };
}

describe('rounds', () => {
  it('call fast subjects often enough for a sample, slow ones once', async () => {
    const [fast, slow] = await measure([subject(1e-6), subject(1)], 4, () => {});
    expect(fast!.callsPerSample).toBeGreaterThanOrEqual(500);
    expect(slow!.callsPerSample).toBe(1);
    expect(fast!.seconds).toHaveLength(4);
    for (const seconds of fast!.seconds) expect(seconds).toBeCloseTo(1e-6, 12);
  });

  it('begin with another subject each time', async () => {
    const order: string[] = [];
    const named = (name: string): Subject => ({
      ...subject(1),
      run(count) {
        order.push(name);
        return count;
      },
    });
    await measure([named('a'), named('b')], 2, () => {});
    // One call each to find the number of calls, two rounds to warm up.
    expect(order.slice(6).join('')).toBe('abba');
  });

  it('leave out a subject that gives no number', async () => {
    const lost = { ...subject(1), run: () => Promise.resolve(NaN) };
    const found = await measure([lost, subject(1)], 2, () => {});
    expect(found).toHaveLength(1);
  });
});
