import type { ParameterFault } from '../../kind.js';
import { nonNegative, optional, positive, share, signed, upTo } from '../../profile/quantity.js';
import { type FrameWith, RESIDENCY } from '../common/parameters.js';
import { bandwidthHertz, ringOf, weightRange } from './bank.js';

/** Parameters of the kind `mrr-wdm` beside the frame's: `tile_rows` wavelengths, as many rings to an output. */
export const MRR_WDM = {
  ...RESIDENCY,
  ring_radius: positive('m', 'Radius of a ring'),
  group_index: positive('1', 'Group index of its waveguide'),
  self_coupling: share('1', 'Amplitude that stays on a bus at a coupler, r; both couplers are alike'),
  round_trip: share('1', 'Amplitude that is left after a round trip, a'),
  tuning_range: positive('1', 'How far a weight detunes its ring, in widths of its resonance'),
  lock_bits: nonNegative('bit', 'Accuracy of a weight as locked: σ of 2/2^bits; 0 for exact ones'),
  crosstalk_trim: optional(1, upTo(1, '1', 'Part of the crosstalk that weights written for it leave; 1 without')),
  thermal_shift: nonNegative('m/K', 'Shift of a resonance with temperature, dλ/dT'),
  temperature_sigma: nonNegative('K', "Standard deviation of a bank's temperature; 0 leaves drift out"),
  temperature_time: positive('s', 'Correlation time of that temperature'),
  read_time: optional(0, nonNegative('s', 'Time between programming and reading, unless a request states it')),
  recalibration_interval: optional(
    0,
    nonNegative('s', 'Time between locks of all rings; 0 for one at the time of the read'),
  ),
  lock_time: nonNegative('s', 'Time to lock all rings of a bank'),
  extinction_ratio: nonNegative('dB', 'Light of an open input modulator over that of a shut one'),
  detector_sensitivity: signed('dBm', 'Power at a detector for each of the 2^adc_bits levels; the laser follows'),
  ring_loss: nonNegative('dB', 'Loss of a ring on its own wavelength'),
  ring_loss_off: nonNegative('dB', 'Loss of a ring that a wavelength passes by'),
  splitter_loss: nonNegative('dB', 'Excess loss of a Y-branch'),
  ring_power: nonNegative('W', 'Power that holds a ring on its wavelength'),
  ring_energy: nonNegative('J', 'Energy of setting a weight ring'),
} as const;
export type MrrWdm = FrameWith<typeof MRR_WDM>;

export function checkMrrWdm(p: MrrWdm): ParameterFault | undefined {
  const fault = (parameter: keyof MrrWdm, reason: string): ParameterFault => ({ parameter, reason });
  if (p.self_coupling === 1) return fault('self_coupling', 'nothing couples into the ring: an amplitude below 1');
  if (weightRange(p) <= 0)
    return fault('tuning_range', 'no weight below 0 is in reach: detune farther, or take a ring that drops more');
  if (p.tuning_range * 2 > ringOf(p).finesse)
    return fault('tuning_range', 'farther than half a free spectral range the next resonance comes');
  if (p.symbol_rate > bandwidthHertz(p))
    return fault(
      'symbol_rate',
      `a resonance of ${(bandwidthHertz(p) / 1e9).toPrecision(3)} GHz passes no faster symbols: couple more, or slow down`,
    );
  if (p.extinction_ratio < 3) return fault('extinction_ratio', 'below 3 dB inputs hardly differ');
  return undefined;
}
