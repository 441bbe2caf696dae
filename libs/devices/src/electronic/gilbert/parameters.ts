import type { ParameterFault } from '../../kind.js';
import {
  nonNegative,
  oneOf,
  optional,
  type ParametersOf,
  positive,
  share,
  signed,
  upTo,
  type ValuesOf,
  whole,
} from '../../profile/quantity.js';

/** What both kinds of multiplier arrays state. */
const COMMON = {
  tile_rows: whole(2, 1023, '1', 'Products that are summed before conversion'),
  array_columns: whole(1, 256, '1', 'Outputs that share the inputs; divides 256, where shards may begin'),
  input_bits: whole(2, 12, 'bit', 'DAC resolution of the inputs; codes are symmetric'),
  input_clip: optional(1, share('1', "Part of a row's largest activation at which the DAC saturates")),
  weight_bits: whole(2, 16, 'bit', 'Levels of a weight; codes are symmetric'),
  // Static errors of a cell, in parts of full scale, and what calibration leaves of them.
  offset_x: nonNegative('1', 'Offset of the input port, in parts of its full scale; standard deviation'),
  offset_w: nonNegative('1', 'Offset of the weight port, in parts of its full scale; standard deviation'),
  gain_spread: nonNegative('1', "Relative spread of a cell's gain"),
  weight_trim: upTo(1, '1', 'Part left of weight offset, gain and tolerance by trimming each cell; 1 without'),
  output_trim: upTo(1, '1', 'Part left of offset and gain of each output by calibration; 1 without'),
  temperature: positive('K', 'Temperature of the circuits; gains are set at 300 K'),
  // Summing nodes.
  fan_in: whole(2, 1024, '1', 'Inputs of one summing node; more are summed in a tree'),
  summing_resistance: positive('Ohm', 'Resistor between the levels of the tree'),
  resistor_tolerance: nonNegative('1', 'Relative spread of the gain of a node'),
  open_loop_gain: positive('1', 'Open-loop gain of an amplifier'),
  gain_bandwidth: positive('Hz', 'Gain-bandwidth product of an amplifier'),
  slew_rate: positive('V/s', 'Slew rate of an amplifier'),
  amplifier_offset: nonNegative('V', 'Offset of an amplifier; standard deviation'),
  amplifier_noise: nonNegative('V/sqrt(Hz)', 'Voltage noise of an amplifier'),
  amplifier_current_noise: nonNegative('A/sqrt(Hz)', 'Current noise of an amplifier'),
  amplifier_power: nonNegative('W', 'Power of an amplifier'),
  swing: positive('V', 'Largest voltage of a node: full scale of the ADC'),
  // Converters.
  adc_bits: whole(3, 14, 'bit', 'ADC resolution; codes are symmetric'),
  adc_range: positive('1', 'ADC range, in full products'),
  adc_energy: nonNegative('J', 'Energy of one conversion'),
  adc_rate: positive('Hz', 'Conversions per second of one ADC'),
  columns_per_adc: whole(1, 1024, '1', 'Outputs that share an ADC'),
  dac_energy: nonNegative('J', 'Energy of one conversion of an input or a weight'),
  dac_time: nonNegative('s', 'Time of one conversion of an input or a weight'),
  accumulate_energy: nonNegative('J', 'Energy of adding one code to its accumulator'),
  buffer_energy: nonNegative('J/B', 'Energy of one byte to or from the buffer beside the array'),
} as const;

/** Parameters of the kind `gilbert-cmos`: a multiplier for each weight, in an integrated circuit. */
export const GILBERT_CMOS = {
  ...COMMON,
  law: oneOf(['exponential', 'square-law'], 'Bipolar or subthreshold devices: tanh·tanh; MOS in strong inversion'),
  slope_factor: optional(1, positive('1', 'n of nV_T: 1 for bipolar devices, above for MOS below threshold')),
  overdrive: optional(0.2, positive('V', '√(I_SS/β) of square-law pairs')),
  drive_x: positive('V', "Full scale of the input port at 300 K, before predistortion's compression"),
  drive_w: positive('V', "Full scale of the weight port at 300 K, before predistortion's compression"),
  temperature_tracking: optional(0, upTo(1, '1', 'Part of the drive that follows the thermal voltage')),
  predistortion: oneOf(['none', 'arctanh'], 'Whether arctanh circuits straighten the ports'),
  predistortion_residual: optional(0, upTo(0.2, '1', 'Largest deviation they leave, in parts of full scale')),
  tail_current: positive('A', 'I_EE of a cell'),
  cell_resistance: positive('Ohm', 'Output resistance of a cell'),
  load_capacitance: nonNegative('F', 'Capacitance at the output of a cell'),
  supply_voltage: positive('V', 'Supply of the cells'),
  storage: oneOf(['resistor', 'capacitor'], 'How weights are held'),
  weight_tolerance: optional(0, nonNegative('1', 'Relative spread of a ratio of resistors')),
  weight_tempco: optional(0, signed('1/K', 'Relative change of a ratio of resistors per kelvin')),
  hold_capacitance: optional(1e-12, positive('F', 'Capacitor of a weight')),
  leak_current: optional(0, nonNegative('A', 'Leakage of a capacitor at full scale')),
  leak_spread: optional(0, nonNegative('1', 'Relative spread of the leakage')),
  refresh_interval: optional(0, nonNegative('s', 'Time between rewrites of all weights; 0 for none')),
  read_time: optional(0, nonNegative('s', 'Time between programming and reading, unless a request states it')),
  write_energy: nonNegative('J', 'Energy of writing one weight'),
  write_time: nonNegative('s', 'Time of writing one row of weights'),
  leakage_share: optional(0, nonNegative('1', 'Power of an idle cell, as a part of an active one')),
} as const;

/** Parameters of the kind `gilbert-board`: integrated multipliers on a bench, used over and over. */
export const GILBERT_BOARD = {
  ...COMMON,
  full_scale: positive('V', 'Full scale of the ports and of the product'),
  nonlinearity_x: upTo(0.2, '1', 'Largest deviation of the input port, in parts of full scale'),
  nonlinearity_w: upTo(0.2, '1', 'Largest deviation of the weight port, in parts of full scale'),
  multiplier_noise: nonNegative('V/sqrt(Hz)', 'Noise of a multiplier at its output'),
  multiplier_bandwidth: positive('Hz', 'Bandwidth of a multiplier'),
  multiplier_slew_rate: positive('V/s', 'Slew rate of a multiplier'),
  multiplier_power: nonNegative('W', 'Power of a multiplier'),
  input_resistance: positive('Ohm', 'Resistor between a multiplier and its summing node'),
  controller_power: nonNegative('W', 'Power of the microcontroller with its converters'),
} as const;

export type CmosParameters = ParametersOf<typeof GILBERT_CMOS>;
export type BoardParameters = ParametersOf<typeof GILBERT_BOARD>;
/** Bare values. */
export type Cmos = ValuesOf<CmosParameters>;
export type Board = ValuesOf<BoardParameters>;
export type Common = Pick<Board, keyof typeof COMMON>;

const fault = (parameter: string, reason: string): ParameterFault => ({ parameter, reason });

function checkCommon(p: Common): ParameterFault | undefined {
  if (256 % p.array_columns !== 0) return fault('array_columns', 'it divides 256, where shards may begin');
  return undefined;
}

export function checkCmos(p: Cmos): ParameterFault | undefined {
  if (p.law === 'square-law' && p.predistortion !== 'none')
    return fault('predistortion', 'arctanh straightens exponential cells (law exponential)');
  if (p.law === 'square-law' && 2 * p.tile_rows + 1 > 1024)
    return fault('tile_rows', 'square-law cells take two lines for an input: at most 511');
  if (p.predistortion === 'none' && p.predistortion_residual > 0)
    return fault('predistortion_residual', 'there is no predistortion to leave one');
  if (p.storage === 'resistor' && p.refresh_interval > 0)
    return fault('refresh_interval', 'resistors need no refresh (storage capacitor)');
  return checkCommon(p);
}

export function checkBoard(p: Board): ParameterFault | undefined {
  return checkCommon(p);
}
