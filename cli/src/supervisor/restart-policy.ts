/** Waits before the first, second, … restart in a row. */
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000];
/** A process that lived this long starts again with the shortest wait. */
const STABLE_MS = 60_000;

/** When a process that ended by itself is started again, and when no more. */
export class RestartPolicy {
  readonly #waits: readonly number[];
  #inARow = 0;

  /** `never`: it is given up at once. */
  constructor(never = false) {
    this.#waits = never ? [] : BACKOFF_MS;
  }

  /** The wait before the next start, or undefined when it ended too often in a row. */
  next(livedMs: number): { readonly waitMs: number; readonly attempt: number; readonly of: number } | undefined {
    if (livedMs >= STABLE_MS) this.#inARow = 0;
    const waitMs = this.#waits[this.#inARow];
    if (waitMs === undefined) return undefined;
    this.#inARow++;
    return { waitMs, attempt: this.#inARow, of: this.#waits.length };
  }
}
