/**
 * Values from one producer to one consumer, in order. The producer never waits; what it may leave
 * unread is bounded by the caller (a generation's events by the checkpoint's context).
 */
export class Channel<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** Adds a value; ignored once the channel has ended. */
  push(value: T): void {
    if (this.#ended) return;
    this.#values.push(value);
    this.#wake?.();
  }

  /** Ends the channel: what is unread is still read, then iteration is done. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Ends the channel with an error: what is unread is still read, then iteration throws. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#error = error;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift()!;
      if (this.#error) throw this.#error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}
