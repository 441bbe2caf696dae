import { laserPowerForSensitivity, resolutionOf } from '../architecture/laser.js';
import type { Light } from '../common/light.js';
import { darkCounts } from '../common/detector.js';
import { detectedPhotons } from '../common/link-budget.js';
import type { Ddot } from './parameters.js';

/** Loss from a core's laser to a detector, division among outputs apart, dB. */
export const insertionLoss = (p: Ddot): number =>
  p.modulator_loss +
  2 * p.router_loss +
  // A tree of Y-branches to the farther side of the crossbar, one more in the dot product unit.
  p.splitter_loss * (Math.ceil(Math.log2(Math.max(p.array_rows, p.array_columns))) + 1) +
  p.shifter_loss +
  p.coupler_loss;

/** Loss, and optical power of a core's laser, W: every output gets the detector's sensitivity for each level. */
export function linkOf(p: Ddot): { readonly link_loss: number; readonly laser_power: number } {
  const loss = insertionLoss(p);
  const laser_power = laserPowerForSensitivity({
    sensitivity: p.detector_sensitivity,
    insertionLoss: loss,
    ways: p.array_rows * p.array_columns,
    bits: resolutionOf(p),
  });
  return { link_loss: loss, laser_power };
}

/** Counts of a symbol of full amplitude, of either operand, on one wavelength at one dot product unit. */
export const symbolCounts = (p: Ddot): number =>
  detectedPhotons(p, 1 / p.symbol_rate) / (2 * p.wavelengths * p.array_rows * p.array_columns);

/**
 * Balanced detection of both operands' amplitudes α·x_j and α·v_j: counts α²(‖x‖² + ‖v‖²) in all, 2α²·s of difference
 * (Hamerly et al. 2019). `weightPower` is ‖v‖² of each output; the pairs of a group's cores share one amplifier.
 */
export function lightOf(p: Ddot, weightPower: Float32Array): Light {
  const counts = symbolCounts(p);
  const seconds = p.accumulated_symbols / p.symbol_rate;
  const others = 2 * (p.cores_per_group - 1) * darkCounts(p, seconds);
  return {
    gain: 2 * counts,
    steady: weightPower.map((power) => counts * power + others),
    power: counts,
    product: 0,
    seconds,
    detectors: 2,
    steadyIntensity: 0,
    floor: 0,
  };
}
