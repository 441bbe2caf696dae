// A thread of the digital unit: makes the calls to the kernels that it is told, over memory that it shares with the
// unit's own thread. Plain JavaScript beside the kernels, so that it starts alike from sources and from a build.

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

/** `bell` counts messages: the thread sleeps on it, and wakes in half the time that an event loop takes. */
const { module, memory, scratch, bell } = workerData;
const { exports } = new globalThis.WebAssembly.Instance(module, { env: { memory } });
exports.useScratch(scratch);

for (;;) {
  const rung = Atomics.load(bell, 0);
  for (let next = receiveMessageOnPort(parentPort); next; next = receiveMessageOnPort(parentPort)) {
    for (const [kernel, ...operands] of next.message) exports[kernel](...operands);
    parentPort.postMessage(null, []);
  }
  Atomics.wait(bell, 0, rung);
}
