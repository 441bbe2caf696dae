import { asOhmlightError, OhmlightError } from '@ohmlight/contracts';
import { type EvaluationInput, Evaluator } from './evaluator.js';
import type { Task } from './task.js';
import type { FromWorker, ToWorker } from './worker-pool.js';

/** A worker process: opens the checkpoint once and takes one placement after the other. */
const say = (message: FromWorker): void => void process.send!(message);
let evaluator: Promise<Evaluator> | undefined;

process.on('message', (message: ToWorker) => {
  if (message.type === 'open') {
    evaluator = Evaluator.open(message.input as EvaluationInput);
    // The task that needs it tells why it failed.
    evaluator.catch(() => {});
  } else void run(message.task as Task);
});
process.once('disconnect', () => process.exit());

async function run({ subject, prompt }: Task): Promise<void> {
  try {
    if (!evaluator) throw new OhmlightError('internal_error', 'a task came before the input');
    const opened = await evaluator;
    const progress = (done: number, total: number): void => say({ type: 'progress', done, total });
    const result = await (prompt ? opened.answer(subject, prompt, progress) : opened.evaluate(subject, progress));
    say({ type: 'result', result });
  } catch (thrown) {
    const { code, message } = asOhmlightError(thrown);
    say({ type: 'failed', code, message });
  }
}
