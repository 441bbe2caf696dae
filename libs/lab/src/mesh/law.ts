import { correctedError, correctedRealError, programmingError, realWeightError } from '@ohmlight/devices/optical';
import type { Subject } from './measure.js';

/** Errors that are looked at: of phases, of splitters as they are, of splitters that phases are set for. */
export type Cause = 'phase' | 'splitter' | 'splitter, self-configured';
export const CAUSES: readonly Cause[] = ['phase', 'splitter', 'splitter, self-configured'];

/** What the closed forms say of the error of a subject; null where there is none. */
export function errorLaw(subject: Subject, cause: Cause, modes: number, sigma: number): number | null {
  const phase = cause === 'phase' ? sigma : 0;
  const splitter = cause === 'splitter' ? sigma : 0;
  if (cause === 'splitter, self-configured') {
    if (subject === 'unitary') return Math.sqrt(correctedError(modes, sigma));
    if (subject === 'orthogonal') return Math.sqrt(correctedRealError(modes, sigma));
    // Splits that are out of reach, thrice the power of the closest ones, but in the other quadrature.
    return Math.sqrt(realWeightError(modes, 0, 3 * correctedRealError(modes, sigma)));
  }
  const square = programmingError(modes, phase, splitter);
  if (subject !== 'weights') return Math.sqrt(square);
  return Math.sqrt(realWeightError(modes, phase, programmingError(modes, 0, splitter)));
}
