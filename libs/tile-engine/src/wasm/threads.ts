import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Memory, Module } from './web-assembly.js';

const SOURCE = new URL('../../wasm/thread.mjs', import.meta.url);

/** Words of the control block; wasm/thread.mjs reads them. A job of 0 ends the threads. */
const GENERATION = 0;
const READY = 1;
const ARENA = 2;
const JOB = 3;
const SCRATCH = 4;

/**
 * Worker threads that share the engine's memory. The engine's own thread starts a job, works on it too and waits for
 * the others: a call stays synchronous, and its bits are the same with any number of threads.
 */
export class Threads {
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #workers: Worker[] = [];
  readonly #ports: MessagePort[] = [];

  constructor(module: Module, count: number) {
    this.#control = new Int32Array(new SharedArrayBuffer(4 * (SCRATCH + count)));
    for (let index = 0; index < count; index++) {
      const { port1, port2 } = new MessageChannel();
      const worker = new Worker(SOURCE, {
        workerData: { control: this.#control, module, port: port2, index },
        transferList: [port2],
        name: `tile-engine-${index}`,
      });
      // Neither threads nor ports keep a process alive that has nothing else to do.
      worker.unref();
      port1.unref();
      worker.on('error', () => this.#lose());
      this.#workers.push(worker);
      this.#ports.push(port1);
    }
  }

  /** Threads that are up and waiting; 0 until all are. */
  get ready(): number {
    return Atomics.load(this.#control, READY) === this.#workers.length ? this.#workers.length : 0;
  }

  /** Tells the threads of an arena's memory; arenas are numbered in the order of these calls. */
  attach(memory: Memory): void {
    for (const port of this.#ports) port.postMessage(memory);
  }

  /** Wakes the threads for a job. `scratches`: one for each thread. */
  start(arena: number, job: number, scratches: readonly number[]): void {
    this.#control[ARENA] = arena;
    this.#control[JOB] = job;
    scratches.forEach((address, i) => (this.#control[SCRATCH + i] = address));
    Atomics.add(this.#control, GENERATION, 1);
    Atomics.notify(this.#control, GENERATION);
  }

  /** Ends the threads. */
  close(): void {
    this.#control[JOB] = 0;
    Atomics.add(this.#control, GENERATION, 1);
    Atomics.notify(this.#control, GENERATION);
    this.#lose();
  }

  #lose(): void {
    for (const worker of this.#workers.splice(0)) void worker.terminate();
    for (const port of this.#ports.splice(0)) port.close();
  }
}
