import { intensityLight, type Light } from '../common/light.js';
import { detectedPhotons, transmission } from '../common/link-budget.js';
import type { Dmd } from './parameters.js';
import { framesOf, squareSum } from './planes.js';

/** Counts of an input of 1 by one mirror that is on, in one frame: the laser's, divided among N inputs and M outputs. */
export const mirrorCounts = (p: Dmd): number => detectedPhotons(p, 1 / p.symbol_rate) / (p.tile_rows * p.array_columns);

/** One product's light where mirrors show weights, in counts of the difference of both rails. */
export function weightLight(p: Dmd): Light {
  const counts = mirrorCounts(p);
  const dark = transmission(p.extinction_ratio);
  const most = 2 ** p.planes - 1;
  const seconds = 1 / p.symbol_rate;
  const common = { steady: 0, power: 0, steadyIntensity: 0, detectors: 2 };
  // Each plane is read: its counts are multiplied by 2^k, their variance by 4^k. Such sums are never Poisson's.
  if (p.plane_weighting === 'digital') {
    const squares = squareSum(p.planes);
    const product = counts * squares;
    return { ...common, gain: counts * most * (1 - dark), product, detectors: 2 * squares, seconds, floor: Infinity };
  }
  // One exposure holds all planes of a rail: plane k with 2^(k + 1 − b) of the light, or shown 2^k times.
  const light = p.plane_weighting === 'light';
  const full = light ? (counts * most) / 2 ** (p.planes - 1) : counts * most;
  return {
    ...common,
    gain: full * (1 - dark),
    product: full,
    seconds: seconds * framesOf(p.planes, p.plane_weighting),
    floor: 0,
  };
}

/**
 * One plane's light where mirrors show inputs and a mask of P and Q holds the weights, per analog unit of a plane: mirrors
 * that are off send ε of their light through every pixel.
 */
export const inputLight = (p: Dmd, columnLight: Float32Array): Light =>
  intensityLight(p, mirrorCounts(p) / 2, 1, columnLight);
