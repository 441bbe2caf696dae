import type { KvCache, SequenceSlice, StreamDecoder } from '@ohmlight/transformer';
import type { Channel } from './channel.js';
import type { FinishReason, GenerationEvent } from './events.js';
import { scoreToken, type TokenLogprob } from './logits.js';
import type { GenerationOptions } from './options.js';
import type { ServedCheckpoint } from './served-checkpoint.js';
import { StopBuffer } from './stop-buffer.js';
import { TokenDraw } from './token-draw.js';

/**
 * Most bytes of logits that a sequence keeps for its check against the reference; past them the divergence
 * is averaged over the positions kept.
 */
const KEPT_LOGITS_BYTES = 32 * 1024 * 1024;

/** What a sequence needs of the generation it belongs to. */
export interface SequenceOwner {
  readonly request: {
    readonly requestId: string;
    readonly checkpoint: ServedCheckpoint;
    readonly options: GenerationOptions;
  };
  readonly events: Channel<GenerationEvent>;
  /** Whether the placement's logits are kept, to be compared with the reference's. */
  readonly keepsLogits: boolean;
  /** Whether the generation ended or failed: its sequences draw no more. */
  readonly over: boolean;
  finish(sequence: Sequence, reason: FinishReason): void;
}

/** One choice of a generation: its tokens, its place in the KV cache, its text as it grows. */
export class Sequence {
  /** Prompt and answer. */
  readonly tokens: number[];
  readonly promptLength: number;
  /** Placement's logits of the first generated tokens, where they are compared. */
  readonly keptLogits: Float32Array[] = [];
  finishReason: FinishReason | undefined;
  #cache: KvCache | undefined;
  readonly #draw: TokenDraw;
  readonly #decoder: StreamDecoder;
  readonly #stopBuffer: StopBuffer;
  readonly #promptScores: (TokenLogprob | null)[] = [null];

  /** @param seed unsigned 64 bit */
  constructor(
    readonly generation: SequenceOwner,
    readonly index: number,
    prompt: readonly number[],
    readonly seed: bigint,
  ) {
    const { checkpoint, options } = generation.request;
    this.tokens = [...prompt];
    this.promptLength = prompt.length;
    this.#draw = new TokenDraw(options, seed, prompt, checkpoint.eosTokenIds);
    this.#decoder = checkpoint.tokenizer.newStream();
    this.#stopBuffer = new StopBuffer(options.stop);
  }

  /** Generated tokens, the end-of-sequence token included. */
  get generated(): number {
    return this.#draw.count;
  }

  /** Whether the sequence still has prompt tokens to feed. */
  get prefilling(): boolean {
    return (this.#cache?.length ?? 0) < this.promptLength;
  }

  /** The rows of the next step: a chunk of the prompt, or the last token. */
  nextSlice(chunk: number): SequenceSlice {
    this.#cache ??= this.generation.request.checkpoint.model.newKvCache();
    const start = this.#cache.length;
    if (start >= this.promptLength)
      return { cache: this.#cache, tokens: this.tokens.slice(start), start, seed: this.seed, logits: 'last' };
    const end = Math.min(start + chunk, this.promptLength);
    const { promptLogprobs } = this.generation.request.options;
    const logits = promptLogprobs ? 'all' : end === this.promptLength ? 'last' : 'none';
    return { cache: this.#cache, tokens: this.tokens.slice(start, end), start, seed: this.seed, logits };
  }

  /** Takes the logits of a slice that was run; draws a token once the prompt is through. */
  advance(slice: SequenceSlice, logits: readonly Float32Array[]): void {
    const { promptLogprobs, logprobs } = this.generation.request.options;
    const end = slice.start + slice.tokens.length;
    if (promptLogprobs && slice.start < this.promptLength) {
      for (let i = 0; i < logits.length; i++) {
        const next = slice.start + i + 1;
        if (next < this.promptLength)
          this.#promptScores.push(scoreToken(logits[i]!, this.tokens[next]!, logprobs ?? 0));
      }
      if (end === this.promptLength)
        this.generation.events.push({ type: 'prompt', index: this.index, scores: this.#promptScores });
    }
    if (end < this.promptLength) return;
    if (this.generation.request.options.maxTokens === 0) {
      this.#finish('length');
      return;
    }
    this.#take(logits.at(-1)!);
  }

  #take(logits: Float32Array): void {
    const { checkpoint, options } = this.generation.request;
    if (this.generation.keepsLogits && (this.keptLogits.length + 1) * logits.byteLength <= KEPT_LOGITS_BYTES)
      this.keptLogits.push(logits.slice());
    const token = this.#draw.draw(logits);
    this.tokens.push(token);
    this.#draw.accept(token);

    const ends = this.#draw.ends(token);
    const piece = ends ? '' : this.#decoder.push(token);
    // Before min_tokens nothing stops the text, a stop string no more than the end-of-sequence token.
    let text = this.generated <= options.minTokens ? piece : this.#stopBuffer.push(piece);
    const full = this.generated >= options.maxTokens || this.tokens.length >= checkpoint.context;
    const reason = ends || this.#stopBuffer.stopped ? 'stop' : full ? 'length' : undefined;
    if (reason !== undefined && !this.#stopBuffer.stopped) {
      text += this.#stopBuffer.push(this.#decoder.flush());
      text += this.#stopBuffer.flush();
    }
    const score = options.logprobs === undefined ? undefined : scoreToken(logits, token, options.logprobs);
    this.generation.events.push({ type: 'token', index: this.index, text, token, score });
    if (reason !== undefined) this.#finish(reason);
  }

  /** Gives the KV cache back: the sequence has ended, or its generation is over. It takes no further step. */
  release(): void {
    this.#cache?.free();
    this.#cache = undefined;
  }

  #finish(reason: FinishReason): void {
    this.finishReason = reason;
    this.release();
    this.generation.finish(this, reason);
  }
}
