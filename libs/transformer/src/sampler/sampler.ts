import { OhmlightError } from '@ohmlight/contracts';

export interface SamplingParams {
  /** 0 is greedy. */
  readonly temperature: number;
  /** 0 or −1 is off. */
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
}

export interface SampleKey {
  readonly seed: bigint;
  readonly position: number;
}

export function sample(_logits: Float32Array, _params: SamplingParams, _key: SampleKey): number {
  throw new OhmlightError('internal_error', 'this build samples nothing yet');
}

export function logSoftmax(_logits: Float32Array): Float32Array {
  throw new OhmlightError('internal_error', 'this build samples nothing yet');
}
