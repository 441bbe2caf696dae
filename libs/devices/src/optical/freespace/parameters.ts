import type { ParameterFault } from '../../kind.js';
import { nonNegative, oneOf, optional, upTo } from '../../profile/quantity.js';
import { type FrameWith, RESIDENCY } from '../common/parameters.js';

/** Parameters of the kind `freespace-incoherent` beside the frame's. */
export const FREESPACE = {
  ...RESIDENCY,
  weight_encoding: oneOf(
    ['dual-rail', 'offset'],
    'Signed weights as two intensities on two detectors, or as one intensity over an offset',
  ),
  variance: optional(
    'exact',
    oneOf(['rank1', 'exact'], 'Shot noise by the mean transmission of a column, or by Σ of every pixel and input'),
  ),
  extinction_ratio: nonNegative('dB', 'Transmission of an open pixel over that of a shut one'),
  leak: upTo(0.4, '1', "Part of one rail's light on the other rail's detector"),
  crosstalk: upTo(0.5, '1', "Part of an output's light on its two neighbours' detectors"),
  crosstalk_trim: upTo(1, '1', 'Part of the crosstalk that weights written for it leave; 1 without'),
  input_gain_spread: nonNegative('1', "Relative spread of the inputs' brightness, after calibration"),
  output_gain_spread: nonNegative('1', "Relative spread of the detectors' gains, after calibration"),
  pixel_spread: nonNegative('1', "Static error of a pixel's transmission, in parts of an open one's"),
} as const;
export type Freespace = FrameWith<typeof FREESPACE>;

/** Outputs whose detectors are on one chip: light crosses to neighbours on the same one. */
export const DETECTOR_BANK = 256;

export function checkFreespace(p: Freespace): ParameterFault | undefined {
  if (p.extinction_ratio < 3) return { parameter: 'extinction_ratio', reason: 'below 3 dB rails hardly differ' };
  return undefined;
}
