/** Waits for a fixed number of replies; each place is settled once, and the first failure ends the wait. */
export class PhaseWait<R> {
  readonly #replies: (R | undefined)[];
  #missing: number;
  readonly #promise = Promise.withResolvers<R[]>();

  constructor(count: number) {
    this.#replies = Array.from({ length: count });
    this.#missing = count;
    // Someone may fail the wait before anyone awaits it.
    this.#promise.promise.catch(() => {});
  }

  /** All replies, in order of their places. */
  get replies(): Promise<R[]> {
    return this.#promise.promise;
  }

  /** A second reply to a place is ignored. */
  settle(index: number, reply: R): void {
    if (this.#replies[index] !== undefined) return;
    this.#replies[index] = reply;
    if (--this.#missing === 0) this.#promise.resolve(this.#replies as R[]);
  }

  fail(reason: unknown): void {
    this.#promise.reject(reason);
  }
}
