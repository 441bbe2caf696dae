import { digitalWorkOfRow } from '@ohmlight/transformer';
import type { DecoderShape } from './model-shape.js';

/** What the digital unit does for a decode step. */
export interface StepWork {
  readonly flops: number;
  /** Bytes beside those of the KV cache. */
  readonly bytes: number;
  /** Bytes of the KV cache that are read and written. */
  readonly cacheBytes: number;
}

/** Bytes of an element that `digitalWorkOfRow` counts in. */
const COUNTED = 4;

/** Bytes of the KV cache of `batch` sequences of `context` positions. */
export const cacheSize = ({ layers, kvHeads, headDim }: DecoderShape, context: number, elementBytes: number): number =>
  2 * layers * kvHeads * headDim * context * elementBytes;

/**
 * A decode step of `batch` sequences that have `context` positions each, the new one among them, by the formulas of
 * docs/reference/transformer.md. Of experts: the router's product and softmax, the activation of those a token passes, and
 * the weighted sum of their outputs. Biases of qkv are not counted.
 */
export function stepWork(shape: DecoderShape, batch: number, context: number, elementBytes: number): StepWork {
  const { hidden, layers, kvHeads, headDim, experts } = shape;
  const row = digitalWorkOfRow({ ...shape, ffn: shape.ffn * (experts?.active ?? 1) }, context - 1, true);
  const routing = experts
    ? {
        flops: layers * (2 * hidden * experts.count + 5 * experts.count + 2 * hidden * experts.active),
        elements: layers * (hidden * experts.count + experts.count + hidden * (experts.active + 1)),
      }
    : { flops: 0, elements: 0 };
  // Keys and values of all positions, and the new ones.
  const cacheElements = 2 * layers * kvHeads * headDim * (context + 1);
  const elements = row.bytes / COUNTED + routing.elements;
  return {
    flops: batch * (row.flops + routing.flops),
    bytes: batch * (elements - cacheElements) * elementBytes,
    cacheBytes: batch * cacheElements * elementBytes,
  };
}
