import { sample } from '@ohmlight/transformer';
import { adjustLogits } from './logits.js';
import type { GenerationOptions } from './options.js';

/**
 * Draws a sequence's tokens. The draw at a position depends on the logits, the seed, the position and the
 * tokens before it alone, so that the reference can repeat it over its own logits.
 */
export class TokenDraw {
  readonly #options: GenerationOptions;
  readonly #seed: bigint;
  readonly #endTokens: ReadonlySet<number>;
  readonly #prompt: ReadonlySet<number>;
  readonly #generated = new Map<number, number>();
  #position: number;
  #count = 0;

  /** @param seed unsigned 64 bit */
  constructor(options: GenerationOptions, seed: bigint, prompt: readonly number[], eosTokenIds: readonly number[]) {
    this.#options = options;
    this.#seed = seed;
    this.#prompt = new Set(prompt);
    this.#position = prompt.length;
    this.#endTokens = new Set([...(options.ignoreEos ? [] : eosTokenIds), ...options.stopTokenIds]);
  }

  /** Generated tokens so far. */
  get count(): number {
    return this.#count;
  }

  /** Whether a token ends the sequence. */
  ends(token: number): boolean {
    return this.#endTokens.has(token);
  }

  /** The token at the current position, under these logits. */
  draw(logits: Float32Array): number {
    const banned = this.#count < this.#options.minTokens ? this.#endTokens : [];
    const counts = { prompt: this.#prompt, generated: this.#generated };
    return sample(adjustLogits(logits, this.#options, counts, banned), this.#options, {
      seed: this.#seed,
      position: this.#position,
    });
  }

  /** Moves on to the next position; `token` is what stands at this one. */
  accept(token: number): void {
    this.#generated.set(token, (this.#generated.get(token) ?? 0) + 1);
    this.#position++;
    this.#count++;
  }
}
