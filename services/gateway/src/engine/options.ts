import type { SamplingParams } from '@ohmlight/transformer';

/** How a request wants its tokens: every field resolved, nothing left to default. */
export interface GenerationOptions extends SamplingParams {
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  /** 1 is off. */
  readonly repetitionPenalty: number;
  /** Added to the logits, by token. */
  readonly logitBias: ReadonlyMap<number, number>;
  /** Most generated tokens; 0 scores the prompt alone. */
  readonly maxTokens: number;
  /** No end-of-sequence token is drawn before this many generated tokens. */
  readonly minTokens: number;
  readonly ignoreEos: boolean;
  readonly stop: readonly string[];
  readonly stopTokenIds: ReadonlySet<number>;
  /** Alternatives to report with each generated token's log probability; undefined reports none at all. */
  readonly logprobs: number | undefined;
  /** Whether the prompt's tokens are scored too. */
  readonly promptLogprobs: boolean;
  /** Whether the answer is checked against the reference placement once it is complete. */
  readonly agreement: boolean;
  /** Whether the request's rows of every phase are compared with the reference's. */
  readonly errors: boolean;
}
