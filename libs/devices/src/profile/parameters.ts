import { coefficients, nonNegative, oneOf, type ParametersOf, positive, share, upTo, whole } from './quantity.js';

/** Parameters of the kind `digital-fp32`: a roofline of one accelerator. */
export const DIGITAL_FP32 = {
  peak_rate: positive('FLOP/s', 'Dense fp32 rate'),
  memory_bandwidth: positive('B/s', 'Bandwidth of the memory that holds the weights'),
  launch_overhead: nonNegative('s', 'Time to start one kernel, during which the device idles'),
  load_power: positive('W', 'Power under load, idle power included'),
  idle_power: nonNegative('W', 'Power while nothing runs'),
  memory_energy: nonNegative('J/B', 'Energy of one byte read from or written to memory; part of the load power'),
} as const;

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
  columns_per_adc: whole(1, 1024, '1', 'Output columns that share an ADC'),
  shift_add_energy: nonNegative('J', 'Energy of adding one code to its accumulator'),
  buffer_energy: nonNegative('J/B', 'Energy of one byte to or from the buffer beside the tiles'),
  link_energy: nonNegative('J/B', 'Energy of one byte between buffer and tile'),
  leakage_share: nonNegative('1', 'Leakage of the converters, as a part of their active energy'),
  pulses_per_device: positive('1', 'Write pulses that programming one device takes, verification included'),
  pulse_energy: nonNegative('J', 'Energy of one write pulse with its verification'),
  pulse_time: positive('s', 'Time of one write pulse with its verification'),
} as const;

/** Parameters of the kind `homodyne`: both operands as pulse trains of light on balanced detectors. */
export const HOMODYNE = {
  tile_rows: whole(16, 1024, '1', 'Symbols that a detector integrates before its ADC converts'),
  array_columns: whole(1, 4096, '1', 'Outputs that share one train of inputs (detector columns)'),
  array_rows: whole(1, 4096, '1', 'Rows of a job that share one train of weights (detector rows)'),
  input_bits: whole(2, 9, 'bit', 'DAC resolution of the inputs; codes are symmetric'),
  weight_bits: whole(2, 16, 'bit', 'DAC resolution of the weights; codes are symmetric'),
  adc_bits: whole(3, 14, 'bit', 'ADC resolution; 2^b codes'),
  adc_clip: positive('1', 'ADC range, in root mean squares ‖W_i‖‖x‖/√N of an output of unrelated operands'),
  photons_per_mac: positive('1', 'Detected photons n_MAC for each multiplication'),
  poisson_below: upTo(500, '1', 'Photons per detector below which counts are drawn from the Poisson law'),
  magnitude_sigma: nonNegative('1', "Static relative error of a weight transmitter's magnitude"),
  phase_sigma: nonNegative('rad', "Static phase error of a weight transmitter against its detector's reference"),
  wavelength: positive('m', 'Wavelength of the light'),
  wall_plug_efficiency: share('1', 'Light out of the laser for electrical power in'),
  link_loss: nonNegative('dB', 'Loss from laser to detector, quantum efficiency included'),
  crest_ratio: positive('1', 'Peak over mean power of a pulse train; the laser feeds the peak'),
  symbol_rate: positive('Hz', 'Symbols per second of every transmitter'),
  modulator_energy: nonNegative('J', 'Energy of one modulated symbol'),
  dac_power: nonNegative('W', 'Power of an 8-bit DAC at dac_rate'),
  dac_rate: positive('Hz', 'Rate at which dac_power holds'),
  tia_power: nonNegative('W', 'Power of one transimpedance amplifier'),
  detector_power: nonNegative('W', 'Bias power of one balanced pair of photodiodes'),
  adc_power: nonNegative('W', 'Power of an 8-bit ADC at adc_rate'),
  adc_rate: positive('Hz', 'Conversions per second of the ADC of one detector column'),
  memory_bandwidth: positive('B/s', 'Bandwidth of the memory that holds the weights'),
  memory_energy: nonNegative('J/B', 'Energy of one weight byte'),
  buffer_energy: nonNegative('J/B', 'Energy of one byte of inputs or outputs'),
  pipeline_latency: nonNegative('s', 'Time of flight, amplifier and converter, once per execution'),
} as const;

/** Parameters of the digital unit. */
export const DIGITAL_UNIT = {
  peak_rate: positive('FLOP/s', 'Rate of the unit'),
  memory_bandwidth: positive('B/s', 'Bandwidth of its memory'),
  flop_energy: nonNegative('J/FLOP', 'Energy of one floating-point operation'),
  memory_energy: nonNegative('J/B', 'Energy of one byte'),
} as const;

export type DigitalFp32Parameters = ParametersOf<typeof DIGITAL_FP32>;
export type CrossbarParameters = ParametersOf<typeof CROSSBAR>;
export type HomodyneParameters = ParametersOf<typeof HOMODYNE>;
export type DigitalUnitParameters = ParametersOf<typeof DIGITAL_UNIT>;

/** Kinds of device: the pool they belong to and the parameters they ask for. */
export const KINDS = {
  'digital-fp32': { pool: 'digital', parameters: DIGITAL_FP32 },
  crossbar: { pool: 'electronic', parameters: CROSSBAR },
  homodyne: { pool: 'optical', parameters: HOMODYNE },
} as const;
export type Kind = keyof typeof KINDS;
