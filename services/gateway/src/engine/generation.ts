import type { OhmlightError } from '@ohmlight/contracts';
import type { RequestErrors } from '../compare/request-errors.js';
import { Channel } from './channel.js';
import type { FinishReason, GenerationEvent } from './events.js';
import { RequestCost } from './request-cost.js';
import { choiceSeed, toUnsignedSeed } from './seeds.js';
import type { GenerationOptions } from './options.js';
import { Sequence, type SequenceOwner } from './sequence.js';
import type { DeviceTimes } from './device-times.js';
import type { ServedCheckpoint } from './served-checkpoint.js';

export interface GenerationRequest {
  readonly requestId: string;
  readonly checkpoint: ServedCheckpoint;
  /** Name of the placement. */
  readonly placement: string;
  /** Device times that every step of the request reads the devices at. */
  readonly times: DeviceTimes;
  readonly prompts: readonly (readonly number[])[];
  /** Choices per prompt. */
  readonly choices: number;
  /** As the request gave it or as it was drawn: signed or unsigned 64 bit. */
  readonly seed: bigint;
  readonly options: GenerationOptions;
}

/** Why a generation ended that nobody reads any more. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** One request in the engine: its sequences, the events they give, and what they cost. */
export class Generation implements SequenceOwner {
  readonly events = new Channel<GenerationEvent>();
  readonly cost = new RequestCost();
  readonly sequences: readonly Sequence[];
  readonly #unfinished: Set<Sequence>;
  readonly arrivedAt = performance.now();
  firstTokenAt: number | undefined;
  endedAt: number | undefined;
  /** The last sequence's reason, or why the generation failed. */
  outcome: FinishReason | OhmlightError | ClientGone | undefined;
  /** Called once, when the generation is over for whatever reason. */
  onOver: () => void = () => {};

  /**
   * @param shadowed Whether the generation is checked against the reference once it was answered.
   * @param errors Where its phases are compared with the reference's, if they are.
   */
  constructor(
    readonly request: GenerationRequest,
    readonly shadowed = false,
    readonly errors?: RequestErrors,
  ) {
    const { prompts, choices, seed } = request;
    this.sequences = prompts.flatMap((prompt, p) =>
      Array.from(
        { length: choices },
        (_, choice) => new Sequence(this, p * choices + choice, prompt, choiceSeed(toUnsignedSeed(seed), choice)),
      ),
    );
    this.#unfinished = new Set(this.sequences);
  }

  get keepsLogits(): boolean {
    return this.shadowed || this.request.options.agreement;
  }

  /** Whether every sequence has ended, or the generation failed. */
  get over(): boolean {
    return this.outcome !== undefined;
  }

  get promptTokens(): number {
    return this.request.prompts.reduce((sum, prompt) => sum + prompt.length, 0);
  }

  get completionTokens(): number {
    return this.sequences.reduce((sum, sequence) => sum + sequence.generated, 0);
  }

  /** Told by a sequence that has ended. */
  finish(sequence: Sequence, reason: FinishReason): void {
    if (this.over) return;
    this.events.push({ type: 'end', index: sequence.index, reason });
    this.#unfinished.delete(sequence);
    if (this.#unfinished.size > 0) return;
    this.#end(reason);
    this.events.end();
  }

  /** Ends every sequence with the same error; the reader gets it. */
  fail(error: OhmlightError | ClientGone): void {
    if (this.over) return;
    this.#end(error);
    this.events.fail(error);
  }

  #end(outcome: FinishReason | OhmlightError | ClientGone): void {
    this.outcome = outcome;
    this.endedAt = performance.now();
    for (const sequence of this.sequences) sequence.release();
    this.onOver();
  }
}
