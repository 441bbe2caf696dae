// A thread of the tile engine: waits for jobs in memory that it shares with the engine's own thread, and helps with
// them. Plain JavaScript beside the kernels, so that it starts alike from sources and from a build.

import { receiveMessageOnPort, workerData } from 'node:worker_threads';

const { control, module, port } = workerData;
/** Words of `control`: src/wasm/threads.ts. */
const [GENERATION, READY, ARENA, JOB, SCRATCH] = [0, 1, 2, 3, 4];
const { index } = workerData;

/** Kernels of each arena that the engine announced. */
const arenas = [];
function kernels(arena) {
  while (arenas.length <= arena) {
    const { message } = receiveMessageOnPort(port);
    arenas.push(new globalThis.WebAssembly.Instance(module, { env: { memory: message } }).exports);
  }
  return arenas[arena];
}

let seen = Atomics.load(control, GENERATION);
Atomics.add(control, READY, 1);
for (;;) {
  Atomics.wait(control, GENERATION, seen);
  seen = Atomics.load(control, GENERATION);
  const job = control[JOB];
  if (job === 0) break;
  kernels(control[ARENA]).help(job, control[SCRATCH + index]);
}
port.close();
