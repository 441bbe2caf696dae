import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isErrorCode, OhmlightError } from '@ohmlight/contracts';

/** What a worker process is asked; the first message opens it. */
export type ToWorker =
  { readonly type: 'open'; readonly input: unknown } | { readonly type: 'run'; readonly task: unknown };

/** What it answers. */
export type FromWorker =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly result: unknown }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

export interface PoolOptions<Task, Result> {
  /** The built module that a worker process runs. */
  readonly entry: URL;
  /** Given to every worker once. */
  readonly input: unknown;
  readonly tasks: readonly Task[];
  /** Processes; as many as there are cores unless stated. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (task: Task, done: number, total: number) => void;
  /** Called once per task, in the order in which they end; the pool waits for it. */
  readonly onResult: (task: Task, result: Result | OhmlightError) => Promise<void> | void;
}

/**
 * Runs tasks in processes of their own, one task at a time in each. A task that fails leaves the others alone; a
 * process that ends by itself fails its task.
 *
 * @throws the abort reason when `signal` aborts, with no process left.
 */
export async function runTasks<Task, Result>(options: PoolOptions<Task, Result>): Promise<void> {
  const { tasks, workers = availableParallelism(), signal } = options;
  signal?.throwIfAborted();
  const queue = tasks.values();
  const children = new Set<ChildProcess>();
  const end = (): void => children.forEach((child) => child.kill('SIGKILL'));
  // Whoever ends this process ends the workers with it.
  process.once('exit', end);
  signal?.addEventListener('abort', end, { once: true });
  try {
    await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, () => drain(queue, options, children)));
  } finally {
    end();
    process.off('exit', end);
    signal?.removeEventListener('abort', end);
  }
}

async function drain<Task, Result>(
  queue: IterableIterator<Task>,
  options: PoolOptions<Task, Result>,
  children: Set<ChildProcess>,
): Promise<void> {
  const { signal, onProgress, onResult } = options;
  let child: ChildProcess | undefined;
  for (const task of queue) {
    if (!child?.connected) {
      child = fork(fileURLToPath(options.entry), [], {
        serialization: 'advanced',
        // Each process has a core to itself.
        env: { ...process.env, OHMLIGHT_THREADS: '1' },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      children.add(child);
      child.send({ type: 'open', input: options.input } satisfies ToWorker);
    }
    const result = await runOne<Result>(child, task, (done, total) => onProgress?.(task, done, total));
    signal?.throwIfAborted();
    await onResult(task, result);
  }
  child?.kill();
  if (child) children.delete(child);
}

function runOne<Result>(
  child: ChildProcess,
  task: unknown,
  onProgress: (done: number, total: number) => void,
): Promise<Result | OhmlightError> {
  const { promise, resolve } = Promise.withResolvers<Result | OhmlightError>();
  const onMessage = (message: FromWorker): void => {
    if (message.type === 'progress') onProgress(message.done, message.total);
    else if (message.type === 'result') resolve(message.result as Result);
    else resolve(new OhmlightError(isErrorCode(message.code) ? message.code : 'internal_error', message.message));
  };
  const onExit = (code: number | null, signal: string | null): void =>
    resolve(new OhmlightError('internal_error', `its process ended with ${signal ?? `exit code ${code}`}`));
  child.on('message', onMessage);
  child.once('exit', onExit);
  child.send({ type: 'run', task } satisfies ToWorker, (error) => {
    if (error) resolve(new OhmlightError('internal_error', `its process is gone: ${error.message}`));
  });
  return promise.finally(() => {
    child.off('message', onMessage);
    child.off('exit', onExit);
  });
}
