/** Entry of the digital unit's thread: requests in, replies out, one after the other. */
import { asOhmlightError } from '@ohmlight/contracts';
import { parentPort, workerData } from 'node:worker_threads';
import { DigitalCore } from './digital-core.js';
import type { WorkerNotice, WorkerReply, WorkerRequest, WorkerStart } from './worker-protocol.js';

const { weights, module, limitBytes } = workerData as WorkerStart;
const core = new DigitalCore(weights, limitBytes === undefined ? { module } : { module, limitBytes });
const port = parentPort!;

function answer(request: WorkerRequest): Float32Array<ArrayBuffer> {
  if (request.type === 'begin') return core.begin(request.step, request.rows);
  return core.after(request.step, request.layer, request.operation, request.y);
}

port.on('message', (message: WorkerRequest | WorkerNotice) => {
  if (message.type === 'end') return core.end(message.step);
  if (message.type === 'free') return core.freeCache(message.cache);
  try {
    const x = answer(message);
    port.postMessage({ x } satisfies WorkerReply, [x.buffer]);
  } catch (thrown) {
    const { code, message } = asOhmlightError(thrown);
    port.postMessage({ error: { code, message } } satisfies WorkerReply);
  }
});
