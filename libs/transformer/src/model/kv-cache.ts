import { OhmlightError } from '@ohmlight/contracts';

/** Positions that a cache has room for at first. */
const INITIAL_POSITIONS = 64;

/**
 * Keys (after RoPE) and values of one sequence: per layer two arrays, row-major, positions × (kvHeads · headDim).
 * Room doubles on demand up to the context.
 */
export class KvCache {
  private held = 0;
  private room = 0;
  private readonly keyArrays: Float32Array[];
  private readonly valueArrays: Float32Array[];
  private stepping = false;

  constructor(
    layers: number,
    /** kvHeads · headDim. */
    readonly width: number,
    /** Most positions. */
    readonly context: number,
  ) {
    this.keyArrays = Array.from({ length: layers }, () => new Float32Array(0));
    this.valueArrays = Array.from({ length: layers }, () => new Float32Array(0));
  }

  /** Positions held. */
  get length(): number {
    return this.held;
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.room * this.width * 2 * this.keyArrays.length * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Keys of a layer; rows from `length` on belong to the step under way. */
  keys(layer: number): Float32Array {
    return this.keyArrays[layer]!;
  }

  values(layer: number): Float32Array {
    return this.valueArrays[layer]!;
  }

  /**
   * Makes room for a step that adds `count` positions, and holds the cache for it. The step ends with
   * `commit` or `rollBack`; until then no other may begin.
   *
   * @throws OhmlightError `context_length_exceeded`; `internal_error` when a step is under way.
   */
  begin(count: number): void {
    if (this.stepping) throw new OhmlightError('internal_error', 'two steps at once on one KV cache');
    const needed = this.held + count;
    if (needed > this.context)
      throw new OhmlightError(
        'context_length_exceeded',
        `${needed} tokens exceed the context of ${this.context}; shorten the prompt or ask for fewer tokens`,
      );
    if (needed > this.room) this.grow(needed);
    this.stepping = true;
  }

  /** Ends a step: its positions are held from now on. */
  commit(count: number): void {
    this.held += count;
    this.stepping = false;
  }

  /** Ends a step that failed: what it wrote lies beyond `length`, and a retry writes over it. */
  rollBack(): void {
    this.stepping = false;
  }

  private grow(needed: number): void {
    const room = Math.min(this.context, Math.max(INITIAL_POSITIONS, this.room * 2, needed));
    for (const arrays of [this.keyArrays, this.valueArrays])
      for (let layer = 0; layer < arrays.length; layer++) {
        const grown = new Float32Array(room * this.width);
        grown.set(arrays[layer]!.subarray(0, this.held * this.width));
        arrays[layer] = grown;
      }
    this.room = room;
  }
}
