/** Bytes of logits that are kept; past them a window's are computed again. */
const KEPT_BYTES = 512 * 1024 * 1024;

/** Logits of the reference by window, computed when first asked for. */
export class ReferenceLogits {
  readonly #kept = new Map<number, readonly Float32Array[]>();
  #bytes = 0;

  constructor(private readonly compute: (window: number) => Promise<readonly Float32Array[]>) {}

  async of(window: number): Promise<readonly Float32Array[]> {
    const known = this.#kept.get(window);
    if (known) return known;
    const logits = await this.compute(window);
    const bytes = logits.reduce((sum, row) => sum + row.byteLength, 0);
    if (this.#bytes + bytes <= KEPT_BYTES) {
      this.#kept.set(window, logits);
      this.#bytes += bytes;
    }
    return logits;
  }
}
