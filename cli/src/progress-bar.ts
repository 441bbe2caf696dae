/** The part of a terminal's stream that a bar needs. */
export interface BarStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const WIDTH = 24;

/** How far long work is: one line that changes, on a terminal's standard error alone. */
export class ProgressBar {
  #shown = false;

  constructor(
    private readonly what: string,
    private readonly stream: BarStream,
  ) {}

  /** @param share 0 … 1 */
  show(share: number, detail: string): void {
    if (!this.stream.isTTY) return;
    const full = Math.round(WIDTH * Math.min(1, Math.max(0, share)));
    const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
    const line = `${this.what} ${bar} ${(100 * share).toFixed(0).padStart(3)} %  ${detail}`;
    this.stream.write(`\r\u001b[K${line.slice(0, (this.stream.columns || 100) - 1)}`);
    this.#shown = true;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.stream.write('\r\u001b[K');
    this.#shown = false;
  }
}
