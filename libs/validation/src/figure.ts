/**
 * What a figure says about the model.
 *
 * - `fitted`: a value of the profile was taken from it, so that agreement is no evidence
 * - `components`: the profile has the parts as the source lists them; the row checks what they add up to
 * - `equation`: other code, or a closed form, evaluates the same law
 * - `held out`: no value of a profile was taken from it
 */
export type Kind = 'fitted' | 'components' | 'equation' | 'held out';

/** A published figure beside ours, computed from the shipped profiles. */
export interface Figure {
  readonly name: string;
  /** Who published it, and where. */
  readonly source: string;
  readonly unit: string;
  readonly kind: Kind;
  readonly published: number;
  readonly ours: number;
  /** Largest |ours/published − 1| of a row that passes. */
  readonly tolerance: number;
  /** Operating point, operands; of a miss: why. */
  readonly note?: string;
  /**
   * Of a figure that the model is known to miss: ours/published − 1 as it stands. The row stays a miss; one that moves by
   * more than `DRIFT` of ours is a failure, whichever way.
   */
  readonly miss?: number;
}

/** How far ours may move, as a part of itself, before a known miss is no longer the one that its note explains. */
export const DRIFT = 0.02;
