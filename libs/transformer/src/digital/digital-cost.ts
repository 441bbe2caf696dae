import type { LlamaConfig } from '../checkpoint/config.js';

/** Work of the digital unit: floating point operations, and bytes read and written as f32. */
export interface DigitalWork {
  flops: number;
  bytes: number;
}

/** Sizes that the unit's work follows from. */
export type DigitalShape = Pick<LlamaConfig, 'hidden' | 'layers' | 'heads' | 'kvHeads' | 'headDim' | 'ffn'>;

/** Bytes of an element of the residual stream and of the KV cache: f32. */
const ELEMENT = 4;

/**
 * Work of one row, by the formulas of docs/reference/transformer.md. A step's work is the sum over its rows,
 * whatever the batch; an operation counts one, `exp`, `rsqrt` and a division among them.
 *
 * @param position Absolute position of the row: attention covers position + 1 positions.
 * @param wantsLogits Whether the row passes the final norm.
 * @param fusedLayers Layers whose activation is part of a chain, and not the unit's.
 */
export function digitalWorkOfRow(
  config: DigitalShape,
  position: number,
  wantsLogits: boolean,
  fusedLayers = 0,
): DigitalWork {
  const { hidden: H, layers: N, heads: A, kvHeads: G, headDim: D, ffn: F } = config;
  const L = position + 1;

  const norm = { flops: 4 * H + 3, elements: 3 * H };
  const rope = { flops: 3 * D * (A + G), elements: 2 * D * (A + G) + D };
  // The value row of the cache is written as it comes.
  const cache = { flops: 0, elements: 2 * G * D };
  const attention = { flops: A * L * (4 * D + 6), elements: 2 * A * D + 2 * G * D * L };
  const residual = { flops: H, elements: 3 * H };
  const activation = { flops: 5 * F, elements: 3 * F };
  const embedding = { flops: 0, elements: 2 * H };

  const layer = [norm, rope, cache, attention, residual, norm, activation, residual];
  const work = {
    flops: embedding.flops - fusedLayers * activation.flops,
    elements: embedding.elements - fusedLayers * activation.elements,
  };
  for (const { flops, elements } of layer) {
    work.flops += N * flops;
    work.elements += N * elements;
  }
  if (wantsLogits) {
    work.flops += norm.flops;
    work.elements += norm.elements;
  }
  return { flops: work.flops, bytes: work.elements * ELEMENT };
}
