import { cosine } from '../common/angles.js';
import type { MrrWdm } from './parameters.js';
import { WeightRing } from './ring.js';

/** Speed of light, m/s. */
const LIGHT_SPEED = 299_792_458;

type Ring = Pick<
  MrrWdm,
  'self_coupling' | 'round_trip' | 'tuning_range' | 'group_index' | 'ring_radius' | 'wavelength'
>;

export const ringOf = (p: Pick<Ring, 'self_coupling' | 'round_trip'>): WeightRing =>
  new WeightRing({ a: p.round_trip, r: p.self_coupling });

/** Weights ±range that a ring reaches on both sides: on resonance, and detuned by `tuning_range` widths. */
export function weightRange(p: Ring): number {
  const ring = ringOf(p);
  return Math.min(ring.weight(1), -ring.weight(cosine(phaseOf(ring, p.tuning_range))));
}

/** Phase of a round trip for a detuning in widths of the resonance: 2π/finesse each. */
export const phaseOf = (ring: WeightRing, widths: number): number =>
  Math.max(-Math.PI, Math.min(Math.PI, (2 * Math.PI * widths) / ring.finesse));

const circumference = (p: Ring): number => 2 * Math.PI * p.ring_radius;

/** Free spectral range, m: λ²/(n_g·2πR). */
export const freeSpectralRange = (p: Ring): number =>
  (p.wavelength * p.wavelength) / (p.group_index * circumference(p));

/** Width of a resonance at half depth, m. */
export const resonanceWidth = (p: Ring): number => freeSpectralRange(p) / ringOf(p).finesse;

/** The same in Hz: c/(n_g·2πR·finesse). */
export const bandwidthHertz = (p: Ring): number => LIGHT_SPEED / (p.group_index * circumference(p)) / ringOf(p).finesse;

/** Standard deviation of a bank's detuning by its temperature, in widths of the resonance. */
export const detuningSigma = (p: MrrWdm): number => (p.thermal_shift * p.temperature_sigma) / resonanceWidth(p);
