/** A device brought to one age, in the engine. */
export interface Aged {
  readonly residentBytes: number;
  release(): void;
}

/** Ages of a shard that stay programmed at a time. */
export const MOST_AGES = 4;

/**
 * The ages that a shard was last read at, programmed. Callers that alternate between a few device times find each of
 * them here; one more takes the place of the age that was not asked for the longest. What an age reads depends on the
 * age alone, so that keeping or forgetting one changes no bit.
 */
export class Ages<A extends Aged> {
  /** In the order of their last use. */
  readonly #held = new Map<string, A>();

  get residentBytes(): number {
    let bytes = 0;
    for (const age of this.#held.values()) bytes += age.residentBytes;
    return bytes;
  }

  /**
   * The age of that name, brought there by `bring` where it is not held.
   * @param room Bytes that ages may take beyond those they have now; every age of a shard takes the same.
   */
  at(name: string, room: number, bring: () => A): A {
    const held = this.#held.get(name);
    if (held) {
      this.#held.delete(name);
      this.#held.set(name, held);
      return held;
    }
    let left = room;
    for (const [oldest, age] of this.#held) {
      if (this.#held.size < MOST_AGES && age.residentBytes <= left) break;
      left += age.residentBytes;
      this.#forget(oldest, age);
    }
    const brought = bring();
    this.#held.set(name, brought);
    return brought;
  }

  /** Forgets all but the age used last. */
  trim(): void {
    for (const [name, age] of this.#held) if (this.#held.size > 1) this.#forget(name, age);
  }

  release(): void {
    for (const [name, age] of this.#held) this.#forget(name, age);
  }

  #forget(name: string, age: A): void {
    this.#held.delete(name);
    age.release();
  }
}
