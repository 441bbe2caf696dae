/**
 * Runs CPU-bound, synchronous work one piece per macrotask, in the order it came: between two pieces the
 * event loop serves health checks, heartbeats and the network.
 */
export class WorkQueue {
  #pending: (() => void)[] = [];
  #scheduled = false;
  #onIdle: (() => void)[] = [];

  /** Pieces that have not begun. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** Resolves or rejects with what `work` returns or throws, once its turn has come. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#pending.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
      this.#schedule();
    });
  }

  /** Resolves when nothing waits any more. */
  idle(): Promise<void> {
    if (this.#pending.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pending.shift()?.();
      if (this.#pending.length > 0) return this.#schedule();
      for (const resolve of this.#onIdle.splice(0)) resolve();
    });
  }
}
