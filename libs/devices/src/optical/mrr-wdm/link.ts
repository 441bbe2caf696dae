import { laserPowerForSensitivity, resolutionOf } from '../architecture/laser.js';
import { dacEnergy } from '../common/converters.js';
import { intensityLight, type Light } from '../common/light.js';
import { detectedPhotons } from '../common/link-budget.js';
import type { MrrWdm } from './parameters.js';

/** Loss of the input modulators and of the tree of Y-branches to the banks, dB. */
const modulationLoss = (p: MrrWdm): number =>
  p.ring_loss + p.ring_loss_off * (p.tile_rows - 1) + p.splitter_loss * Math.ceil(Math.log2(p.array_columns));

/** Loss from laser to detector, division among outputs apart, dB. */
export const insertionLoss = (p: MrrWdm): number =>
  modulationLoss(p) + p.ring_loss_off * (p.tile_rows - 1) + p.ring_loss;

/** Rings of an array: a bank for each output, and the inputs' modulators. */
export const ringsOf = (p: Pick<MrrWdm, 'tile_rows' | 'array_columns'>): number => p.tile_rows * (p.array_columns + 1);

/**
 * Loss, laser and hold power of an array, and the energy of a weight: what profiles of this kind do not state. The loss of the
 * weights' own rings is in their transmission.
 */
export function linkOf(p: MrrWdm): {
  readonly link_loss: number;
  readonly laser_power: number;
  readonly array_power: number;
  readonly load_energy: number;
} {
  return {
    link_loss: insertionLoss(p) - p.ring_loss,
    laser_power: laserPowerForSensitivity({
      sensitivity: p.detector_sensitivity,
      insertionLoss: insertionLoss(p),
      ways: p.array_columns,
      bits: resolutionOf(p),
      extinctionRatio: p.extinction_ratio,
    }),
    array_power: ringsOf(p) * p.ring_power,
    load_energy: p.ring_energy + dacEnergy(p, p.weight_bits),
  };
}

/** Counts of an input of 1 at an output, all its light: the laser's, divided among N wavelengths and M outputs. */
export const channelCounts = (p: MrrWdm): number =>
  detectedPhotons(p, 1 / p.symbol_rate) / (p.tile_rows * p.array_columns);

/** `intensityLight` of rings from `-range` to `range`, S = T_drop + T_through of each. */
export const lightOf = (p: MrrWdm, range: number, columnLight: Float32Array): Light =>
  intensityLight(p, channelCounts(p), range, columnLight);
