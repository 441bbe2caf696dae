import { describe, expect, it } from 'vitest';
import { RestartPolicy } from './restart-policy.js';

describe('RestartPolicy', () => {
  it('waits longer each time, then gives up', () => {
    const policy = new RestartPolicy();
    expect([1, 2, 3, 4, 5, 6].map(() => policy.next(10)?.waitMs)).toEqual([500, 1000, 2000, 4000, 8000, undefined]);
  });

  it('starts nothing again where it is told never to', () => {
    expect(new RestartPolicy(true).next(10)).toBeUndefined();
  });

  it('starts over for a process that had lived long', () => {
    const policy = new RestartPolicy();
    policy.next(10);
    policy.next(10);
    expect(policy.next(60_000)).toEqual({ waitMs: 500, attempt: 1, of: 5 });
  });
});
