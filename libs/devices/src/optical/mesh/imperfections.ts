import type { Crosstalk } from './crosstalk.js';

/** What keeps a mesh from doing what it is set to. */
export interface Imperfections {
  /** σ of each phase, rad. */
  readonly phaseError: number;
  /** σ of each splitter's angle, rad. */
  readonly splitterError: number;
  /** Codes of a turn; 0 for any phase. */
  readonly phaseBits: number;
  /** dB of an interferometer. */
  readonly loss: number;
  readonly crosstalk: Crosstalk | null;
  /** Part of the cross-talk that heaters set for it leave. */
  readonly crosstalkLeft: number;
  /** Phases are set for the splitters as they are. */
  readonly selfConfigured: boolean;
}

export const PERFECT: Imperfections = {
  phaseError: 0,
  splitterError: 0,
  phaseBits: 0,
  loss: 0,
  crosstalk: null,
  crosstalkLeft: 0,
  selfConfigured: false,
};

export const isPerfect = (i: Imperfections): boolean =>
  i.phaseError === 0 &&
  i.splitterError === 0 &&
  i.phaseBits === 0 &&
  i.loss === 0 &&
  (i.crosstalk === null || i.crosstalkLeft === 0);
