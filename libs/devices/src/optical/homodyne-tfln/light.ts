import type { Light } from '../common/light.js';
import { detectedPhotons } from '../common/link-budget.js';
import type { HomodyneTfln } from './parameters.js';

/**
 * Counts of a symbol of full amplitude at one cell, of either train: half the laser goes to the inputs, half to the
 * weights, and each half is divided among all cells of the array.
 */
export const symbolCounts = (p: HomodyneTfln): number =>
  detectedPhotons(p, 1 / p.symbol_rate) / (2 * p.array_rows * p.array_columns);

/**
 * A balanced detector integrates a tile's symbols of both trains, amplitudes α·x_j and β·v_j with α² = β²: counts
 * α²‖x‖² + β²‖v‖² in all, 2αβ·s of difference (Hamerly et al. 2019). `weightPower` is ‖v‖² of each output.
 */
export function lightOf(p: HomodyneTfln, weightPower: Float32Array): Light {
  const counts = symbolCounts(p);
  return {
    gain: 2 * counts,
    steady: weightPower.map((power) => counts * power),
    power: counts,
    product: 0,
    seconds: p.tile_rows / p.symbol_rate,
    detectors: 2,
    steadyIntensity: 0,
    floor: 0,
  };
}
