import type { Readable } from 'node:stream';
import { OhmlightError } from '@ohmlight/contracts';

/**
 * Takes messages from a stream one at a time, no faster than they are asked for, so that the sender feels
 * how fast they are used. `for await` would destroy the call when left early, and with it the answer.
 */
export class MessageReader<T> {
  readonly #stream: Readable;
  readonly #idleMs: number;
  readonly #messages: T[] = [];
  #ended = false;
  #broken = false;
  #draining = false;
  #wake: (() => void) | undefined;

  constructor(stream: Readable, idleMs: number) {
    this.#stream = stream;
    this.#idleMs = idleMs;
    stream.on('data', (message: T) => {
      if (this.#draining) return;
      this.#messages.push(message);
      stream.pause();
      this.#wake?.();
    });
    stream.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    stream.on('close', () => {
      this.#broken = !this.#ended;
      this.#wake?.();
    });
    stream.pause();
  }

  /**
   * The next message; undefined after the last.
   * @throws OhmlightError `core_unavailable` when the stream breaks; `deadline_exceeded` when nothing comes in time.
   */
  async next(): Promise<T | undefined> {
    if (this.#messages.length === 0 && !this.#ended && !this.#broken) await this.#wait();
    const message = this.#messages.shift();
    if (message !== undefined || this.#ended) return message;
    if (this.#broken) throw new OhmlightError('core_unavailable', 'the caller went away in mid-stream');
    throw new OhmlightError('deadline_exceeded', `nothing came for ${this.#idleMs / 1000} s in mid-stream`);
  }

  /** Throws away what still comes, so that the sender is not stuck. */
  drain(): void {
    this.#draining = true;
    this.#messages.length = 0;
    this.#stream.resume();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, this.#idleMs);
      this.#wake = done;
      this.#stream.resume();
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}
