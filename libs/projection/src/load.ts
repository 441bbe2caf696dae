import { OhmlightError } from '@ohmlight/contracts';
import type { ModelShape } from './model-shape.js';

/** Sequences that decode side by side, and positions of each, the new token's among them. */
export interface Load {
  readonly batch: number;
  readonly context: number;
}

/** Positions of each sequence unless stated: 2048, or as many as a model has. */
export const usualContext = ({ context }: Pick<ModelShape, 'context'>): number => Math.min(2048, context);

/** @throws OhmlightError `invalid_value` for a batch or context that cannot be */
export function checkLoad(shape: Pick<ModelShape, 'name' | 'context'>, { batch, context }: Load): void {
  if (!(Number.isInteger(batch) && batch >= 1))
    throw new OhmlightError(
      'invalid_value',
      `a batch of ${batch} decodes nothing: name 1 sequence or more with --batch`,
    );
  if (!(Number.isInteger(context) && context >= 1))
    throw new OhmlightError(
      'invalid_value',
      `a context of ${context} has no token: name 1 position or more with --context`,
    );
  if (context > shape.context)
    throw new OhmlightError(
      'invalid_value',
      `a context of ${context} is more than the ${shape.context} that ${shape.name} has (max_position_embeddings): name a shorter one with --context`,
    );
}
