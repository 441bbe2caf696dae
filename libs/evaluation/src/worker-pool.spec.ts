import { OhmlightError } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { runTasks } from './worker-pool.js';

const entry = new URL('../testing/worker.mjs', import.meta.url);

async function results(tasks: readonly string[], workers: number): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  await runTasks<string, string>({
    entry,
    input: 'given',
    tasks,
    workers,
    onResult: (task, result) => {
      seen[task] = result instanceof OhmlightError ? `${result.code}: ${result.message}` : result;
    },
  });
  return seen;
}

describe('runTasks', () => {
  it('runs every task once, in one process or several, with the input', async () => {
    const tasks = ['a', 'b', 'c', 'd', 'e'];
    const expected = Object.fromEntries(tasks.map((task) => [task, `given ${task}`]));
    expect(await results(tasks, 1)).toEqual(expected);
    expect(await results(tasks, 3)).toEqual(expected);
    expect(await results([], 3)).toEqual({});
  });

  it('leaves the others alone when a task fails or takes its process with it', async () => {
    expect(await results(['fail', 'odd', 'exit', 'a', 'b'], 1)).toEqual({
      fail: 'invalid_value: no',
      odd: 'internal_error: of',
      exit: 'internal_error: its process ended with exit code 3',
      a: 'given a',
      b: 'given b',
    });
  });

  it('ends with the reason of an abort, and ends its processes', async () => {
    const controller = new AbortController();
    const under = runTasks<string, string>({
      entry,
      input: '',
      tasks: ['a', 'hang'],
      workers: 2,
      signal: controller.signal,
      onResult: () => controller.abort(new Error('enough')),
    });
    await expect(under).rejects.toThrow('enough');
  });
});
