import { type HeldMatrix, OhmlightError, type Operation, type PlacementRules, placedPhases } from '@ohmlight/contracts';
import { matrixLayouts } from '@ohmlight/transformer';
import type { DecoderShape, ModelShape } from './model-shape.js';

/** A matrix of a step, or as many alike as a layer has experts, each for a part of the rows. */
export interface ShapedMatrix extends HeldMatrix {
  /** How many of them there are; 1 where all rows pass. */
  readonly experts: number;
}

/** Whether rules fuse the feed-forward part, whose chain is not costed by shape. */
export const fuses = (rules: PlacementRules): boolean => rules.some(({ operation }) => operation === 'ffn');

type Size = Pick<HeldMatrix, 'k' | 'n'>;

/** Sizes of the matrices of any layer, one expert's where there are several, and of `lm_head`. */
const sizesOf = (shape: DecoderShape): ReadonlyMap<Operation, Size> =>
  new Map(
    matrixLayouts({ ...shape, layers: 1, tieWordEmbeddings: false }).map(({ operation, k, n }) => [
      operation,
      { k, n },
    ]),
  );

/**
 * Matrices of a decode step in order, and the device profile of each.
 * @throws OhmlightError `invalid_value` for rules that fuse the feed-forward part, or that speak for layers beyond
 */
export function matricesOf(
  shape: DecoderShape,
  { name, rules }: { readonly name: string; readonly rules: PlacementRules },
): ShapedMatrix[] {
  const sizes = sizesOf(shape);
  return placedPhases(rules, shape.layers).map(({ layer, operation, profile }) => {
    if (operation === 'ffn')
      throw new OhmlightError(
        'invalid_value',
        `placement ${name} fuses the feed-forward part, whose chain is not costed by shape; leave it out of --placements`,
      );
    const expert = operation === 'gate_up' || operation === 'down';
    return {
      layer,
      operation,
      ...sizes.get(operation)!,
      experts: expert ? (shape.experts?.count ?? 1) : 1,
      profile: profile!,
    };
  });
}

/** Weights of all matrices, and of an embedding that `lm_head` does not share. */
export function parametersOf(shape: ModelShape): number {
  const sizes = sizesOf(shape);
  const size = (operation: Operation): number => {
    const { k, n } = sizes.get(operation)!;
    return k * n;
  };
  const experts = shape.experts?.count ?? 1;
  const layer = size('qkv') + size('o') + experts * (size('gate_up') + size('down'));
  return shape.layers * layer + size('lm_head') + (shape.tied ? 0 : shape.vocabSize * shape.hidden);
}
