import type { ParameterFault } from '../../kind.js';
import { nonNegative, oneOf, optional, positive, upTo } from '../../profile/quantity.js';
import { type FrameWith, RESIDENCY } from '../common/parameters.js';
import { Crosstalk } from './crosstalk.js';
import type { Imperfections } from './imperfections.js';
import { latticeOf } from './lattice.js';

/** Modes of the largest mesh through which light is followed. */
export const EXACT_MODES = 64;
/** Shards begin on multiples of this: no array is cut by one. */
const MOST_MODES = 256;

/** Parameters of the kind `mzi-clements` beside the frame's. `weight_bits` are the bits of a phase over 0 … 2π. */
export const MESH = {
  ...RESIDENCY,
  propagation: optional(
    'auto',
    oneOf(
      ['auto', 'exact', 'statistical'],
      `How an array's error comes about: light followed through its meshes (\`exact\`, to ${EXACT_MODES} modes), drawn from the mean square (\`statistical\`), or the first where it can (\`auto\`)`,
    ),
  ),
  calibration: oneOf(
    ['none', 'selfconfig'],
    'Phases as of ideal splitters, or set for the splitters and the cross-talk as they were measured',
  ),
  splitter_error: nonNegative('rad', "Static error of a splitter's angle about π/4, standard deviation"),
  phase_error: nonNegative('rad', 'Static error of a phase about its set point, standard deviation'),
  phase_jitter: nonNegative('rad', 'Error of a phase from symbol to symbol, standard deviation'),
  mzi_loss: nonNegative('dB', 'Insertion loss of one interferometer'),
  crosstalk_law: oneOf(
    ['neighbours', 'layout'],
    "Heat by a factor for each of the four nearest heaters, or by SCATTER's law of distance",
  ),
  crosstalk: upTo(0.2, '1', "Part of a heater's phase in each of its four neighbours, of the law `neighbours`"),
  crosstalk_trim: upTo(1, '1', 'Part of the cross-talk that self-configured heaters leave; 1 for all of it'),
  arm_gap: positive('m', 'From the upper to the lower arm of an interferometer'),
  mzi_pitch: positive('m', 'From one interferometer to the next in a column'),
  column_pitch: positive('m', 'From one column of interferometers to the next'),
  reference_share: upTo(0.99, '1', 'Part of the laser that is the reference of homodyne detection'),
  common_mode_rejection: nonNegative('dB', "Suppression of the reference's intensity noise in balanced detection"),
  heater_pi_power: nonNegative('W', 'Power of a heater that turns its phase by π'),
  mean_phase: upTo(2 * Math.PI, 'rad', 'Mean phase of the heaters of an array that holds weights'),
} as const;
export type MeshParameters = FrameWith<typeof MESH>;

export type Method = 'exact' | 'statistical';

/** How arrays of these parameters get their error. */
export const methodOf = (p: Pick<MeshParameters, 'propagation' | 'tile_rows'>): Method =>
  p.propagation === 'auto' ? (p.tile_rows <= EXACT_MODES ? 'exact' : 'statistical') : p.propagation;

/** Says which method these parameters mean. */
export const describeMethod = (p: Pick<MeshParameters, 'propagation' | 'tile_rows'>): string =>
  methodOf(p) === 'exact'
    ? `errors exact: light followed through meshes of ${p.tile_rows} modes`
    : `errors statistical: meshes of ${p.tile_rows} modes, light is followed through ${EXACT_MODES} at most`;

export function checkMesh(p: MeshParameters): ParameterFault | undefined {
  const fault = (parameter: keyof MeshParameters, reason: string): ParameterFault => ({ parameter, reason });
  if (p.tile_rows !== p.array_columns) return fault('array_columns', 'a mesh has as many outputs as inputs: tile_rows');
  if (p.tile_rows < 2 || p.tile_rows > MOST_MODES)
    return fault('tile_rows', `a mesh has 2 to ${MOST_MODES} modes, and shards begin on multiples of ${MOST_MODES}`);
  if (p.propagation === 'exact' && p.tile_rows > EXACT_MODES)
    return fault(
      'propagation',
      `light is followed through meshes of ${EXACT_MODES} modes at most; one of ${p.tile_rows} takes its error from statistics: write statistical, or auto`,
    );
  if (p.splitter_error > 0.3) return fault('splitter_error', 'beyond 0.3 rad a splitter is none');
  if (p.phase_error > 0.5) return fault('phase_error', 'beyond 0.5 rad nothing of a weight is left');
  if (p.phase_jitter > 0.5) return fault('phase_jitter', 'beyond 0.5 rad nothing of a weight is left');
  if (p.reference_share === 0) return fault('reference_share', 'the product is read against a reference');
  return undefined;
}

export function imperfectionsOf(p: MeshParameters): Imperfections {
  const lattice = latticeOf(p.tile_rows);
  const selfConfigured = p.calibration === 'selfconfig';
  const law =
    p.crosstalk_law === 'layout'
      ? () => Crosstalk.layout(lattice, p)
      : () => Crosstalk.neighbours(lattice, p.crosstalk);
  const crosstalkLeft = selfConfigured ? p.crosstalk_trim : 1;
  const warm = crosstalkLeft > 0 && (p.crosstalk_law === 'layout' || p.crosstalk > 0);
  return {
    phaseError: p.phase_error,
    splitterError: p.splitter_error,
    phaseBits: p.weight_bits,
    loss: p.mzi_loss,
    crosstalk: warm ? law() : null,
    crosstalkLeft,
    selfConfigured,
  };
}
