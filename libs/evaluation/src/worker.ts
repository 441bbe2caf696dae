import { asOhmlightError, OhmlightError } from '@ohmlight/contracts';
import { type EvaluationInput, Evaluator } from './evaluator.js';
import type { Task } from './task.js';
import type { FromWorker, ToWorker } from './worker-pool.js';

/** A worker process: opens the checkpoint once and takes one placement after the other. */
const say = (message: FromWorker): void => void process.send!(message);
let opening: Promise<Evaluator> | undefined;

process.on('message', (message: ToWorker) => {
  if (message.type === 'open') {
    opening = Evaluator.open(message.input as EvaluationInput);
    // The task that needs it tells why it failed.
    opening.catch(() => {});
  } else void run(message.task as Task);
});
process.once('disconnect', () => process.exit());

async function run({ subject, work }: Task): Promise<void> {
  try {
    if (!opening) throw new OhmlightError('internal_error', 'a task came before the input');
    const opened = await opening;
    const progress = (done: number, total: number): void => say({ type: 'progress', done, total });
    say({ type: 'result', result: await doWork(opened, subject, work, progress) });
  } catch (thrown) {
    const { code, message } = asOhmlightError(thrown);
    say({ type: 'failed', code, message });
  }
}

async function doWork(
  evaluator: Evaluator,
  subject: Task['subject'],
  work: Task['work'],
  onProgress: (done: number, total: number) => void,
): Promise<unknown> {
  switch (work.kind) {
    case 'text':
      return evaluator.evaluate(subject, onProgress);
    case 'sensitivity':
      return evaluator.sensitivity(subject, onProgress);
    case 'prompt':
      return evaluator.answer(subject, work.prompt, onProgress);
  }
}
