import { OhmlightError } from '@ohmlight/contracts';
import { Worker } from 'node:worker_threads';
import { workerEntry } from './worker-entry.js';
import type { WorkerMessage, WorkerNotice, WorkerReply, WorkerRequest, WorkerStart } from './worker-protocol.js';

interface Waiting {
  readonly resolve: (x: Float32Array) => void;
  readonly reject: (error: OhmlightError) => void;
}

/** One run of the digital unit's thread, from its start to its end, and the requests that wait for it. */
export class UnitThread {
  private readonly worker: Worker;
  /** In the order in which they were asked: the thread answers in that order. */
  private waiting: Waiting[] = [];
  private over: OhmlightError | undefined;
  private readonly bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  /** @throws OhmlightError `internal_error` where the entry is not built. */
  constructor(start: Omit<WorkerStart, 'bell'>) {
    // No options of this process: under a test runner they name another world of modules.
    const workerData: WorkerStart = { ...start, bell: this.bell };
    this.worker = new Worker(workerEntry(), { workerData, execArgv: [], name: 'digital-unit' });
    this.worker.on('message', (reply: WorkerReply) => this.settle(reply));
    this.worker.on('error', (cause) => this.fail(`failed: ${cause.message}`, cause));
    this.worker.on('exit', (code) => this.fail(`ended with code ${code}`));
    // Held only while somebody waits: the process ends without it.
    this.worker.unref();
  }

  get id(): number {
    return this.worker.threadId;
  }

  get alive(): boolean {
    return this.over === undefined;
  }

  /** @throws OhmlightError of the thread; `internal_error` when it dies first. */
  ask(request: WorkerRequest, transfer: readonly ArrayBuffer[] = []): Promise<Float32Array> {
    if (this.over) return Promise.reject(this.over);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.ref();
      this.post(request, transfer);
    });
  }

  notify(notice: WorkerNotice): void {
    if (!this.over) this.post(notice, []);
  }

  /** Ends the thread; who waits gets `reason`. */
  async stop(reason: OhmlightError): Promise<void> {
    this.end(reason);
    await this.worker.terminate();
  }

  private post(message: WorkerMessage, transfer: readonly ArrayBuffer[]): void {
    this.worker.postMessage(message, transfer);
    Atomics.add(this.bell, 0, 1);
    Atomics.notify(this.bell, 0);
  }

  private settle(reply: WorkerReply): void {
    const next = this.waiting.shift();
    if (this.waiting.length === 0) this.worker.unref();
    if (!next) return;
    if ('x' in reply) next.resolve(reply.x);
    else next.reject(new OhmlightError(reply.error.code, reply.error.message));
  }

  private fail(how: string, cause?: unknown): void {
    const message = `the digital unit's thread ${how}; the sequences it held are lost, send their requests again`;
    this.end(new OhmlightError('internal_error', message, null, { cause }));
  }

  private end(reason: OhmlightError): void {
    if (this.over) return;
    this.over = reason;
    for (const { reject } of this.waiting.splice(0)) reject(reason);
    this.worker.unref();
  }
}
