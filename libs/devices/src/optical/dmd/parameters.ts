import type { ParameterFault } from '../../kind.js';
import { nonNegative, oneOf, optional, positive, upTo, whole } from '../../profile/quantity.js';
import { type FrameWith, RESIDENCY } from '../common/parameters.js';

/** Parameters of the kind `dmd-bitplane` beside the frame's. */
export const DMD = {
  ...RESIDENCY,
  mirrors: oneOf(
    ['weights', 'inputs'],
    'What the mirrors show: bit planes of the weights under modulated inputs, or of the inputs on a mask of weights',
  ),
  planes: whole(1, 11, '1', 'Bit planes of a magnitude'),
  plane_weighting: oneOf(
    ['digital', 'light', 'pulse-width'],
    'What makes bit k count 2^k: the adder behind the ADC, the brightness of its plane, or its number of frames',
  ),
  frame_time: positive('s', 'Time to load and settle one binary frame'),
  frame_energy: optional(0, nonNegative('J', 'Energy of loading one binary frame')),
  extinction_ratio: nonNegative('dB', 'Light of a mirror that is on over that of one that is off'),
  mask_error: upTo(0.2, '1', "Static error of a mask's pixel, in parts of an open one's, where mirrors show inputs"),
} as const;
export type Dmd = FrameWith<typeof DMD>;

export function checkDmd(p: Dmd): ParameterFault | undefined {
  const fault = (parameter: keyof Dmd, reason: string): ParameterFault => ({ parameter, reason });
  if (p.extinction_ratio < 3) return fault('extinction_ratio', 'below 3 dB rails hardly differ');
  if (p.mirrors === 'weights') {
    if (p.weight_bits !== p.planes + 1)
      return fault(
        'weight_bits',
        `mirrors that show weights of ${p.planes} planes make ${p.planes + 1} bits, sign included`,
      );
    if (p.weight_residency === 'resident') return fault('weight_residency', 'mirrors show one plane after the other');
    if (p.adc_range_by !== 'fixed') return fault('adc_range_by', 'planes of one sign are converted in a fixed range');
    return undefined;
  }
  if (p.plane_weighting !== 'digital')
    return fault('plane_weighting', 'planes of inputs are read one by one and shifted digitally');
  if (p.input_bits !== 0 && p.input_bits !== p.planes + 1)
    return fault(
      'input_bits',
      `mirrors that show inputs of ${p.planes} planes make ${p.planes + 1} bits, sign included`,
    );
  return undefined;
}
