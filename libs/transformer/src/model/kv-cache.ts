import { OhmlightError } from '@ohmlight/contracts';
import type { UnitCache } from '../digital/digital-unit.js';

/** Caches that nobody freed and nobody can reach any more. */
const forgotten = new FinalizationRegistry<UnitCache>((cache) => cache.free());

/**
 * The KV cache of one sequence: how many positions it holds, and its room in the digital unit, which has the keys and
 * values. Whoever made it frees it; one that is forgotten is freed when it is collected.
 */
export class KvCache {
  private held = 0;
  private stepping = false;
  private freed = false;

  constructor(
    /** Its room in the digital unit. */
    readonly room: UnitCache,
    /** Most positions. */
    readonly context: number,
  ) {
    forgotten.register(this, room, this);
  }

  /** Positions held. */
  get length(): number {
    return this.held;
  }

  /**
   * Holds the cache for a step that adds `count` positions. The step ends with `commit` or `rollBack`; until then no
   * other may begin.
   *
   * @throws OhmlightError `context_length_exceeded`; `internal_error` when a step is under way or the cache is freed.
   */
  begin(count: number): void {
    if (this.stepping) throw new OhmlightError('internal_error', 'two steps at once on one KV cache');
    if (this.freed) throw new OhmlightError('internal_error', 'a step on a KV cache that is freed');
    const needed = this.held + count;
    if (needed > this.context)
      throw new OhmlightError(
        'context_length_exceeded',
        `${needed} tokens exceed the context of ${this.context}; shorten the prompt or ask for fewer tokens`,
      );
    this.stepping = true;
  }

  /** Ends a step: its positions are held from now on. */
  commit(count: number): void {
    this.held += count;
    this.endStep();
  }

  /** Ends a step that failed: what it wrote lies beyond `length`, and a retry writes over it. */
  rollBack(): void {
    this.endStep();
  }

  /** Gives the memory back, after the step under way if there is one; a second call does nothing. */
  free(): void {
    if (this.freed) return;
    this.freed = true;
    forgotten.unregister(this);
    if (!this.stepping) this.room.free();
  }

  private endStep(): void {
    this.stepping = false;
    if (this.freed) this.room.free();
  }
}
