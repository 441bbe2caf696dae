import {
  nonNegative,
  oneOf,
  optional,
  type ParametersOf,
  positive,
  upTo,
  type ValuesOf,
  whole,
} from '../../profile/quantity.js';

/** The group `chain` of a profile: what stands between the arrays of a fused `ffn`, and how its ranges are set. */
export const CHAIN = {
  // Laws of the cells.
  predistortion: oneOf(['none', 'arctanh'], 'Whether arctanh circuits straighten the ports'),
  predistortion_residual: optional(0, upTo(0.2, '1', 'Largest deviation they leave, in parts of full scale')),
  drive: optional(1, positive('1', 'Full scale of a port without them, in units of 2nV_T')),
  slope_factor: optional(1, positive('1', 'n of nV_T: 1 for bipolar devices, above for MOS below threshold')),
  temperature: optional(300, positive('K', 'Temperature of the circuits; gains are set at 300 K')),
  // Static errors of a hidden value, standard deviations.
  port_offset: nonNegative('1', 'Offset of each port, in parts of its full scale'),
  steering_offset: nonNegative('V', 'Offset of the pair that steers by the gate'),
  gain_spread: nonNegative('1', "Relative spread of the gain of a hidden value's amplifiers and cells"),
  output_offset: nonNegative('1', "Offset of a driver, in parts of its line's full scale"),
  // Noise and cost.
  tail_current: positive('A', 'Tail current of a cell; a hidden value takes two'),
  noise_bandwidth: positive('Hz', 'Bandwidth of the noise of the cells'),
  supply_voltage: positive('V', 'Supply of the cells'),
  settling_time: nonNegative('s', 'From settled sums of the first array to settled lines of the second'),
  amplifier_power: nonNegative('W', "Power of an amplifier: one for each output of the first array's tiles"),
  driver_power: nonNegative('W', 'Power of the driver of a line of the second array'),
  // Ranges, fixed when the arrays are programmed.
  input_range: positive('1', 'Activation that the largest DAC code stands for, unless calibrated'),
  range_rows: whole(1, 1024, '1', 'Unrelated Gaussian rows from which the other ranges follow'),
  input_rms: positive('1', 'Root mean square of those rows'),
  port_margin: positive('1', 'Ranges of gate and up, in parts of the largest value of those rows'),
  hidden_margin: positive('1', 'Range of the hidden values, in parts of the largest value of those rows'),
  adc_margin: positive('1', "Range of an output's ADC, in parts of the largest value of those rows"),
} as const;

export type ChainParameters = ParametersOf<typeof CHAIN>;
/** Bare values. */
export type Chain = ValuesOf<ChainParameters>;
