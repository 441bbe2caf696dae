import { fork } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.js';
import { ROOT } from '../paths.js';
import { clearRunDirectory } from '../supervisor/claim.js';
import type { Plan } from '../supervisor/plan.js';
import type { Progress } from '../supervisor/readiness.js';
import { logFile } from '../supervisor/state.js';
import { Supervisor, type SupervisorEvents } from '../supervisor/supervisor.js';
import { Interrupted, aborted, interruption } from './interrupt.js';

/** What a detached supervisor tells the command that started it. */
type Message =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'notice'; readonly line: string }
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'failed'; readonly message: string; readonly exitCode: number };

/**
 * Starts a supervisor that outlives this process, and resolves when everything is ready.
 * @throws Failure as the supervisor tells it; Interrupted when `signal` aborts, once everything has stopped.
 */
export async function startDetached(
  plan: Plan,
  events: SupervisorEvents,
  signal: AbortSignal,
): Promise<{ url: string; pid: number }> {
  await clearRunDirectory(plan.runDirectory);
  const file = logFile(plan.runDirectory, 'supervisor');
  mkdirSync(dirname(file), { recursive: true });
  const log = openSync(file, 'a');
  const child = fork(join(ROOT, 'cli', 'dist', 'main.js'), ['supervise'], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: Message) => {
        if (message.kind === 'progress') events.progress(message.progress);
        else if (message.kind === 'notice') events.notice(message.line);
        else if (message.kind === 'ready') resolve(message.url);
        else reject(new Failure(message.message, message.exitCode));
      });
      child.once('error', reject);
      child.once('exit', () =>
        reject(signal.aborted ? new Interrupted() : new Failure(`the supervisor ended by itself: see ${file}`)),
      );
      child.send(plan);
    });
    return { url, pid: child.pid! };
  } finally {
    signal.removeEventListener('abort', stop);
    if (child.connected) child.disconnect();
    child.unref();
  }
}

/** The detached supervisor's own command: takes its plan over IPC, runs until it is asked to stop. */
export async function supervise(): Promise<void> {
  const signal = interruption();
  const tell = (message: Message): void => {
    if (process.connected) process.send!(message);
  };
  const plan = await new Promise<Plan>((resolve) => {
    process.once('message', resolve as (message: unknown) => void);
  });
  const events: SupervisorEvents = {
    progress: (progress) => tell({ kind: 'progress', progress }),
    notice: (line) => {
      process.stdout.write(`${line}\n`);
      tell({ kind: 'notice', line });
    },
  };
  let supervisor: Supervisor;
  try {
    supervisor = await Supervisor.start(plan, events, signal);
  } catch (error) {
    if (error instanceof Failure) tell({ kind: 'failed', message: error.message, exitCode: error.exitCode });
    else if (!signal.aborted) tell({ kind: 'failed', message: String((error as Error).stack ?? error), exitCode: 1 });
    return;
  }
  tell({ kind: 'ready', url: supervisor.url });
  await aborted(signal);
  await supervisor.stop();
}
