/** Entry of the digital unit's thread: requests in, replies out, one after the other. */
import { asOhmlightError } from '@ohmlight/contracts';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { DigitalCore } from './digital-core.js';
import type { WorkerMessage, WorkerReply, WorkerRequest, WorkerStart } from './worker-protocol.js';

const { weights, module, limitBytes, bell } = workerData as WorkerStart;
const core = new DigitalCore(weights, limitBytes === undefined ? { module } : { module, limitBytes });
const port = parentPort!;

function answer(request: WorkerRequest): Float32Array<ArrayBuffer> {
  if (request.type === 'begin') return core.begin(request.step, request.rows);
  return core.after(request.step, request.layer, request.operation, request.y);
}

function handle(message: WorkerMessage): void {
  if (message.type === 'end') return core.end(message.step);
  if (message.type === 'free') return core.freeCache(message.cache);
  try {
    const x = answer(message);
    port.postMessage({ x } satisfies WorkerReply, [x.buffer]);
  } catch (thrown) {
    const { code, message } = asOhmlightError(thrown);
    port.postMessage({ error: { code, message } } satisfies WorkerReply);
  }
}

// The thread has nothing but this to wait for, and waking from a wait takes half as long as waking an event loop.
for (;;) {
  const rung = Atomics.load(bell, 0);
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
    handle(next.message as WorkerMessage);
  Atomics.wait(bell, 0, rung);
}
