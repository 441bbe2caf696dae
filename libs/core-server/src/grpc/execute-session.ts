import type { ServerDuplexStream } from '@grpc/grpc-js';
import { OhmlightError, type proto } from '@ohmlight/contracts';
import type { WorkQueue } from '../work-queue.js';
import type { JobRunner } from './job-runner.js';

type Call = ServerDuplexStream<proto.ExecuteRequest, proto.ExecuteResponse>;

/** Jobs of one stream between their arrival and the moment the transport took their reply. */
const MOST_JOBS = 64;
const MOST_BYTES = 64 * 1024 * 1024;

/** Whether the core takes work: all of it, only what had arrived, or none. */
export interface Admission {
  state: 'open' | 'finishing' | 'closed';
}

export const shuttingDown = (): OhmlightError =>
  new OhmlightError('shutting_down', 'the core is stopping; another core of the pool takes its work');

/**
 * One client's Execute stream. Jobs run in the order they came; reading stops while too many of them wait or
 * the client does not take its replies, so a fast client cannot fill the core's memory.
 */
export class ExecuteSession {
  readonly #call: Call;
  readonly #queue: WorkQueue;
  readonly #runner: JobRunner;
  readonly #admission: Readonly<Admission>;
  #jobs = 0;
  #bytes = 0;
  #halfClosed = false;
  #gone = false;

  constructor(call: Call, queue: WorkQueue, runner: JobRunner, admission: Readonly<Admission>) {
    this.#call = call;
    this.#queue = queue;
    this.#runner = runner;
    this.#admission = admission;
    call.on('data', (request: proto.ExecuteRequest) => this.#receive(request));
    call.on('end', () => {
      this.#halfClosed = true;
      this.#endWhenDone();
    });
    call.on('cancelled', () => {
      this.#gone = true;
    });
    // An error is the client's going away; grpc-js has closed the call by then.
    call.on('error', () => {
      this.#gone = true;
    });
  }

  /** Ends the stream once the replies written so far are out. */
  end(): void {
    if (!this.#gone) this.#call.end();
    this.#gone = true;
  }

  #receive(request: proto.ExecuteRequest): void {
    const arrivedAt = performance.now();
    const bytes = request.activations.length;
    this.#jobs++;
    this.#bytes += bytes;
    if (this.#isFull()) this.#call.pause();
    if (this.#admission.state !== 'open') return this.#reply(this.#runner.refuse(request, shuttingDown()), bytes);
    void this.#queue.run(() => {
      // Nobody waits for the reply of a client that went away.
      if (this.#gone) return;
      const reply =
        this.#admission.state === 'closed'
          ? this.#runner.refuse(request, shuttingDown())
          : this.#runner.run(request, arrivedAt);
      this.#reply(reply, bytes);
    });
  }

  #reply(reply: proto.ExecuteResponse, bytes: number): void {
    if (this.#gone) return;
    this.#call.write(reply, () => {
      const wasFull = this.#isFull();
      this.#jobs--;
      this.#bytes -= bytes;
      if (wasFull && !this.#isFull()) this.#call.resume();
      this.#endWhenDone();
    });
  }

  #isFull(): boolean {
    return this.#jobs >= MOST_JOBS || this.#bytes >= MOST_BYTES;
  }

  #endWhenDone(): void {
    if (this.#halfClosed && this.#jobs === 0) this.end();
  }
}
