import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { workerEntry } from './worker-entry.js';

it('finds the built thread, and says how to build it where it is missing', () => {
  expect(existsSync(workerEntry())).toBe(true);
  expect(() => workerEntry('file:///nowhere/src/digital/worker-entry.ts')).toThrow(
    expect.objectContaining({
      code: 'internal_error',
      message: expect.stringMatching(
        /nowhere\/dist\/digital\/digital-worker\.js is missing: run "npm run build"/,
      ) as string,
    }) as Error,
  );
});
