import { FLOAT_BYTES, firstNonFinite, OhmlightError, shardId, type ShardSpec, weightCount } from '@ohmlight/contracts';

/** Collects a shard's weights from chunks of any whole number of floats, wherever their bytes lie in memory. */
export class WeightBuffer {
  readonly #spec: ShardSpec;
  readonly #weights: Float32Array;
  readonly #bytes: Uint8Array;
  #filled = 0;

  constructor(spec: ShardSpec) {
    this.#spec = spec;
    this.#weights = new Float32Array(weightCount(spec));
    this.#bytes = new Uint8Array(this.#weights.buffer);
  }

  /** @throws OhmlightError `invalid_shard` when the chunk cuts a value or holds more than the shard lacks. */
  append(chunk: Uint8Array): void {
    if (chunk.length % FLOAT_BYTES !== 0)
      throw this.#invalid(`a chunk of ${chunk.length} bytes is no whole number of float32 values`);
    if (this.#filled + chunk.length > this.#bytes.length)
      throw this.#invalid(`more than ${this.#weights.length} weights came`);
    this.#bytes.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  /** @throws OhmlightError `invalid_shard` when weights are missing or one is not a finite number. */
  finish(): Float32Array {
    if (this.#filled < this.#bytes.length)
      throw this.#invalid(`${this.#filled / FLOAT_BYTES} of ${this.#weights.length} weights came`);
    const wrong = firstNonFinite(this.#weights);
    if (wrong >= 0) {
      const { k, columnStart, operation } = this.#spec;
      const column = columnStart + Math.floor(wrong / k);
      const where = operation === 'ffn' ? `weight ${wrong}` : `the weight at column ${column}, row ${wrong % k}`;
      throw this.#invalid(`${where} is ${this.#weights[wrong]}`);
    }
    return this.#weights;
  }

  #invalid(what: string): OhmlightError {
    return new OhmlightError('invalid_shard', `shard ${shardId(this.#spec)}: ${what}`);
  }
}
