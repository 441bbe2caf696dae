import {
  coefficients,
  nonNegative,
  oneOf,
  optional,
  type ParametersOf,
  positive,
  share,
  whole,
} from '../../profile/quantity.js';

/** Parameters of the kind `crossbar`: resistive devices in differential pairs. */
export const CROSSBAR = {
  tile_rows: whole(16, 1024, '1', 'Inputs of a tile'),
  tile_columns: whole(16, 1024, '1', 'Outputs of a tile, each a differential pair of columns'),
  input_bits: whole(2, 9, 'bit', 'DAC resolution; codes are symmetric, ±(2^(b−1) − 1)'),
  input_clip: share('1', "Part of a row's largest activation at which the DAC saturates"),
  adc_bits: whole(3, 14, 'bit', 'ADC resolution; codes are symmetric, ±(2^(b−1) − 1)'),
  adc_bound: positive('1', 'ADC range, in currents of one device: read_voltage · g_max'),
  output_noise: nonNegative('1', 'Standard deviation of the noise at the ADC, in the units of adc_bound'),
  g_min: nonNegative('S', 'Conductance of a weight of zero'),
  g_max: positive('S', "Conductance of a column's largest weight in a tile; devices saturate here"),
  programming_sigma: coefficients('S', 'Programming error σ_prog(r), ascending powers of r = g/g_max'),
  read_law: oneOf(['pcm', 'rram'], 'Law of the 1/f read noise'),
  read_coefficients: coefficients('1', 'Coefficients of the read law'),
  read_delay: positive('s', 'Time t between programming and reading'),
  read_pulse: positive('s', 'Shortest time t_read that the read noise law resolves'),
  read_voltage: positive('V', 'Voltage of the largest DAC code'),
  integration_time: positive('s', 'Time for which a read drives the rows'),
  dac_energy: nonNegative('J', 'Energy of one input conversion'),
  adc_rate: positive('Hz', 'Conversions per second of one ADC'),
  adc_node: positive('nm', "Technology node of the ADC's energy model"),
  adc_scatter: optional(1, positive('1', 'Energy of a conversion over what the model says')),
  columns_per_adc: whole(1, 1024, '1', 'Output columns that share an ADC'),
  shift_add_energy: nonNegative('J', 'Energy of adding one code to its accumulator'),
  buffer_energy: nonNegative('J/B', 'Energy of one byte to or from the buffer beside the tiles'),
  link_energy: nonNegative('J/B', 'Energy of one byte between buffer and tile'),
  leakage_share: nonNegative('1', 'Leakage of the converters, as a part of their active energy'),
  pulses_per_device: positive('1', 'Write pulses that programming one device takes, verification included'),
  pulse_energy: nonNegative('J', 'Energy of one write pulse with its verification'),
  pulse_time: positive('s', 'Time of one write pulse with its verification'),
} as const;

export type CrossbarParameters = ParametersOf<typeof CROSSBAR>;
