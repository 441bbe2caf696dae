import type { ParameterFault } from '../../kind.js';
import { nonNegative, whole } from '../../profile/quantity.js';
import type { FrameWith } from '../common/parameters.js';

/** Parameters of the kind `homodyne-tfln` beside the frame's: both operands stream, nothing is stored. */
export const HOMODYNE_TFLN = {
  array_rows: whole(1, 4096, '1', 'Rows of a job that share one train of weights (detector rows)'),
  magnitude_sigma: nonNegative('1', "Static relative error of a weight transmitter's magnitude"),
  phase_sigma: nonNegative('rad', "Static phase error of a weight transmitter against its detector's reference"),
} as const;
export type HomodyneTfln = FrameWith<typeof HOMODYNE_TFLN>;

export function checkHomodyneTfln(p: HomodyneTfln): ParameterFault | undefined {
  if (p.phase_sigma > 0.5) return { parameter: 'phase_sigma', reason: 'beyond 0.5 rad nothing of a weight is left' };
  return undefined;
}
