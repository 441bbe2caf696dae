import { OhmlightError } from '@ohmlight/contracts';
import { Worker } from 'node:worker_threads';
import type { Address, DigitalKernels, KernelCall } from './kernels.js';

const ENTRY = new URL('../../wasm/digital-thread.mjs', import.meta.url);

/** Values of the thread's scratch. */
const SCRATCH = 48;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: OhmlightError) => void;
}

/** One run of the thread, from its start to its end, and those who wait for it. */
class Run {
  readonly worker: Worker;
  private readonly bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  /** In the order in which they asked: the thread answers in that order. */
  private readonly waiting: Waiting[] = [];
  over: OhmlightError | undefined;

  constructor({ module, memory }: DigitalKernels, scratch: Address) {
    const workerData = { module, memory, scratch, bell: this.bell };
    // No options of this process: the thread needs none, and under a test runner they name files that it lacks.
    this.worker = new Worker(ENTRY, { workerData, execArgv: [], name: 'digital-unit' });
    this.worker.on('message', () => this.settle());
    this.worker.on('error', (cause) => this.died(`failed: ${cause.message}`, cause));
    this.worker.on('exit', (code) => this.died(`ended with code ${code}`));
    // Held only while somebody waits: the process ends without it.
    this.worker.unref();
  }

  call(calls: readonly KernelCall[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.ref();
      this.worker.postMessage(calls, []);
      Atomics.add(this.bell, 0, 1);
      Atomics.notify(this.bell, 0);
    });
  }

  end(reason: OhmlightError): void {
    if (this.over) return;
    this.over = reason;
    for (const { reject } of this.waiting.splice(0)) reject(reason);
    this.worker.unref();
  }

  private settle(): void {
    this.waiting.shift()?.resolve();
    if (this.waiting.length === 0) this.worker.unref();
  }

  private died(how: string, cause?: unknown): void {
    const message = `the digital unit's thread ${how}; another one takes the next step, send the request again`;
    this.end(new OhmlightError('internal_error', message, null, { cause }));
  }
}

/**
 * A thread that makes calls to the kernels over the memory of `kernels`, so that long ones do not hold up the event
 * loop. A thread that dies fails the calls under way; the memory and what stands in it stay, and the next call starts
 * another.
 */
export class KernelThread {
  private readonly scratch: Address;
  private run: Run;
  private closed = false;

  /** @throws OhmlightError `capacity_exceeded` */
  constructor(private readonly kernels: DigitalKernels) {
    this.scratch = kernels.allocate(SCRATCH);
    this.run = new Run(kernels, this.scratch);
  }

  /**
   * Makes calls one after the other. Blocks that they read or write are left alone until they are done.
   * @throws OhmlightError `internal_error` when the thread dies first; `shutting_down` once it is closed.
   */
  async call(calls: readonly KernelCall[]): Promise<void> {
    if (this.closed) throw closed();
    if (this.run.over) this.run = new Run(this.kernels, this.scratch);
    return this.run.call(calls);
  }

  /** Ends the thread; calls under way fail with `shutting_down`. */
  async close(): Promise<void> {
    this.closed = true;
    this.run.end(closed());
    await this.run.worker.terminate();
  }
}

const closed = (): OhmlightError => new OhmlightError('shutting_down', 'the digital unit is closed');
