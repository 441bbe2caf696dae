/**
 * Finds stop strings in text that comes piece by piece. Text that may yet turn out to be the start of a stop
 * string is held back; the stop string itself never leaves.
 */
export class StopBuffer {
  readonly #stops: readonly string[];
  #held = '';
  #stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Whether a stop string was met; nothing leaves after it. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Takes a piece and returns the text that may leave. */
  push(piece: string): string {
    if (this.#stopped) return '';
    this.#held += piece;
    let first = -1;
    for (const stop of this.#stops) {
      const at = this.#held.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) first = at;
    }
    if (first >= 0) {
      this.#stopped = true;
      const text = this.#held.slice(0, first);
      this.#held = '';
      return text;
    }
    const keep = this.#pending();
    const text = this.#held.slice(0, this.#held.length - keep);
    this.#held = this.#held.slice(this.#held.length - keep);
    return text;
  }

  /** What was held back, once the text is known to end. */
  flush(): string {
    const text = this.#held;
    this.#held = '';
    return text;
  }

  /** Length of the longest suffix of the held text that begins a stop string. */
  #pending(): number {
    let longest = 0;
    for (const stop of this.#stops)
      for (let length = Math.min(stop.length - 1, this.#held.length); length > longest; length--)
        if (this.#held.endsWith(stop.slice(0, length))) longest = length;
    return longest;
  }
}
