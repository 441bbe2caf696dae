import type { ParameterFault } from '../../kind.js';
import { nonNegative, oneOf, optional, upTo } from '../../profile/quantity.js';
import { type FrameWith, RESIDENCY } from '../common/parameters.js';

/** Parameters of the kind `phase-mask` beside the frame's. `weight_bits` are the bits of a phase over 0 … π. */
export const PHASE_MASK = {
  ...RESIDENCY,
  detection: oneOf(
    ['balanced', 'four-step', 'three-exposure'],
    'How the signed product is recovered: both ports with a reference beam, four reference phases, or an anchor input',
  ),
  variance: optional(
    'rank1',
    oneOf(['rank1', 'exact'], 'Variance of phase noise: mean of the weights times ‖x‖², or Σ x²·(…) of every weight'),
  ),
  reference_share: upTo(0.99, '1', 'Part of the laser that is the reference, or the anchor input'),
  common_mode_rejection: nonNegative('dB', "Suppression of the reference's intensity noise in balanced detection"),
  phase_error: nonNegative('rad', 'Static error of a phase, standard deviation'),
  phase_jitter: nonNegative('rad', 'Error of a phase from shot to shot, standard deviation'),
  phase_drift: nonNegative('rad', 'Error of the reference phase from shot to shot; four steps undo it'),
} as const;
export type PhaseMask = FrameWith<typeof PHASE_MASK>;

export function checkPhaseMask(p: PhaseMask): ParameterFault | undefined {
  const fault = (parameter: keyof PhaseMask, reason: string): ParameterFault => ({ parameter, reason });
  if (p.reference_share === 0) return fault('reference_share', 'the product is read against a reference');
  if (p.phase_error > 0.5) return fault('phase_error', 'beyond 0.5 rad nothing of a weight is left');
  if (p.phase_jitter > 0.5) return fault('phase_jitter', 'beyond 0.5 rad nothing of a weight is left');
  return undefined;
}

const EXPOSURES = {
  balanced: { readings: 1, noisy: 2 },
  'four-step': { readings: 4, noisy: 2 },
  'three-exposure': { readings: 3, noisy: 3 },
} as const;

/** Exposures of a row, and readings whose noise its product has. */
export const exposuresOf = (p: Pick<PhaseMask, 'detection'>): { readonly readings: number; readonly noisy: number } =>
  EXPOSURES[p.detection as keyof typeof EXPOSURES];
