import type { ParameterFault } from '../../kind.js';
import {
  nonNegative,
  oneOf,
  optional,
  type ParametersOf,
  positive,
  share,
  type ValuesOf,
  whole,
} from '../../profile/quantity.js';

/** Parameters of the kind `charge`: switched-capacitor columns, one capacitor or one C-2C ladder to a cell. */
export const CHARGE = {
  cell: oneOf(
    ['bit', 'c2c'],
    'A capacitor for each bit of a weight, read bit by bit of the inputs; or a C-2C ladder under an analog input',
  ),
  // Geometry.
  tile_rows: whole(16, 1024, '1', 'Inputs of a column that are driven at once'),
  bank_rows: whole(1, 4096, '1', 'Rows that are joined to a column together: it has a multiple of them, driven or not'),
  array_columns: whole(1, 4096, '1', 'Columns that share the drivers of an input'),
  weight_bits: whole(2, 8, 'bit', "Bits of a weight: two's complement over columns, or offset in a ladder"),
  input_bits: whole(2, 9, 'bit', "Bits of an input: streamed in two's complement, or a DAC's"),
  input_clip: optional(1, share('1', "Part of a row's largest activation at which the inputs saturate")),
  // Capacitors.
  capacitance: positive('F', 'Capacitor of a cell; C of a ladder'),
  mismatch: nonNegative('1', 'Relative spread of a capacitor of 1 fF; falls with the root of the capacitance'),
  parasitic_share: nonNegative('1', "Capacitance of a column's line, as a part of its cells'"),
  parasitic_capacitance: nonNegative('F', 'Capacitance of the sense node'),
  ladder_parasitic: optional(0, nonNegative('1', 'Capacitance of a node of a ladder to ground, as a part of C')),
  temperature: positive('K', 'Temperature of the capacitors'),
  // Supply and time.
  supply_voltage: positive('V', 'Supply, and swing of the inputs'),
  nominal_voltage: positive('V', 'Supply at which times and energies are stated'),
  speed_exponent: nonNegative('1', 'Times follow (nominal_voltage/supply_voltage)^exponent'),
  cycle_time: positive('s', 'Clock cycle at the nominal voltage'),
  fixed_cycle_time: optional(0, nonNegative('s', 'Clock cycle whatever the voltage; 0 for one that follows it')),
  evaluation_cycles: positive('1', 'Cycles of one evaluation: charge, share, convert'),
  settling_cycles: positive('1', 'Cycles of it in which the charge settles'),
  time_constant: nonNegative('s', 'Time constant of that settling at the nominal voltage'),
  // Converter.
  adc_bits: whole(3, 13, 'bit', 'ADC resolution; 2^b codes'),
  adc_range: positive('1', 'Span of the ADC, in fully driven cells: 0 … range of bits, −range … range of a ladder'),
  adc_unit_capacitance: positive('F', "Unit capacitor of the ADC's own divider"),
  comparator_noise: nonNegative('V', "Noise of the ADC's comparator, at its input"),
  columns_per_adc: whole(1, 1024, '1', 'Columns that share an ADC'),
  // Energy at the nominal voltage; all of it follows the square of the supply.
  cell_energy: nonNegative('J', 'Energy of one cell in one evaluation'),
  dac_energy: nonNegative('J', 'Energy of driving one input once, beside the cells'),
  adc_energy: nonNegative('J', 'Energy of one conversion'),
  output_energy: nonNegative('J', 'Energy of the digital work on one converted column'),
  write_energy: nonNegative('J', 'Energy of writing one bit'),
  write_cycles: positive('1', 'Cycles that writing one row takes'),
  buffer_energy: nonNegative('J/B', 'Energy of one byte to or from the buffer beside the array'),
  leakage_share: nonNegative('1', 'Leakage, as a part of the active energy of array and converters'),
  array_area: optional(0, nonNegative('m^2', 'Area of an array of tile_rows × array_columns with its converters')),
} as const;

export type ChargeParameters = ParametersOf<typeof CHARGE>;
/** Bare values of the parameters. */
export type Charge = ValuesOf<ChargeParameters>;

export function checkCharge(p: Charge): ParameterFault | undefined {
  const fault = (parameter: keyof Charge, reason: string): ParameterFault => ({ parameter, reason });
  if (p.settling_cycles > p.evaluation_cycles)
    return fault('settling_cycles', 'charge settles within the evaluation (evaluation_cycles)');
  if (p.cell === 'bit' && p.ladder_parasitic > 0) return fault('ladder_parasitic', 'cells of one bit have no ladder');
  return undefined;
}
