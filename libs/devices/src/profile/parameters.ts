import { nonNegative, type ParametersOf, positive, share, upTo, whole } from './quantity.js';

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
  memory_capacity: positive('B', 'Size of its memory; projections put larger KV caches into a memory behind it'),
  cache_capacity: positive('B', 'Size of one such memory'),
  cache_bandwidth: positive('B/s', 'Bandwidth of one'),
  cache_energy: nonNegative('J/B', 'Energy of one byte of it'),
} as const;

export type HomodyneParameters = ParametersOf<typeof HOMODYNE>;
export type DigitalUnitParameters = ParametersOf<typeof DIGITAL_UNIT>;
