import type { ParameterFault } from '../../kind.js';
import {
  nonNegative,
  oneOf,
  optional,
  type ParametersOf,
  type ParameterTable,
  positive,
  share,
  signed,
  upTo,
  type ValuesOf,
  whole,
} from '../../profile/quantity.js';
import { detectedPhotons, quantumEfficiency } from './link-budget.js';

/** Intensity noise of a laser that has none, dB/Hz. */
const QUIET = -400;

/** Detected photons of the whole laser in a symbol below which there is no light to compute with. */
const FEWEST_PHOTONS = 1e-6;

/** Geometry and converters of an optical array. */
export const CONVERTERS = {
  tile_rows: whole(1, 1024, '1', 'Inputs that are summed before conversion'),
  array_columns: whole(1, 4096, '1', 'Outputs of an array, which share its inputs'),
  input_bits: whole(0, 12, 'bit', 'DAC resolution of the inputs; codes are symmetric; 0 for no converters at all'),
  input_clip: optional(1, share('1', "Part of a row's largest activation at which the inputs saturate")),
  weight_bits: whole(0, 16, 'bit', 'Resolution of the weights; 0 for none'),
  adc_bits: whole(0, 14, 'bit', 'ADC resolution; 2^b codes; 0 for none'),
  adc_range_by: oneOf(
    ['norms', 'fixed'],
    'ADC range: `norms` follows an output of unrelated operands, ‖w‖‖x‖/√rows (gain ranging); `fixed` is one for all',
  ),
  adc_range: positive('1', 'ADC range, in root mean squares of such an output, or in full products'),
} as const;

/** Light and its detection. */
export const DETECTION = {
  noise: optional('full', oneOf(['full', 'none'], 'Dynamic noise; `none` leaves all of it out')),
  wavelength: positive('m', 'Wavelength of the light'),
  laser_power: positive('W', 'Optical power of the laser of one array'),
  wall_plug_efficiency: share('1', 'Light out of the laser for electrical power in'),
  link_loss: nonNegative('dB', 'Loss from laser to detector, without division among inputs and outputs'),
  symbol_rate: positive('Hz', 'Input symbols per second'),
  responsivity: positive('A/W', 'Photocurrent for optical power'),
  dark_current: nonNegative('A', 'Dark current of a detector'),
  load_resistance: optional(0, nonNegative('Ohm', 'Load or feedback resistor of a detector; 0 for none')),
  integration_capacitance: optional(0, nonNegative('F', 'Capacitor that integrates a reading; 0 for none')),
  read_noise: optional(0, nonNegative('1', 'Electrons rms of a reading, beside resistor and capacitor')),
  temperature: positive('K', 'Temperature of detectors and amplifiers'),
  rin: optional(QUIET, signed('dB/Hz', 'Relative intensity noise of the laser')),
  poisson_below: upTo(500, '1', 'Counts of a detector below which they are drawn from the Poisson law'),
} as const;

/** What the converters, the light and the memory of an array take; devices may have more. */
export const COST = {
  modulator_energy: nonNegative('J', 'Energy of one modulated symbol'),
  dac_power: nonNegative('W', 'Power of an 8-bit DAC at dac_rate'),
  dac_rate: positive('Hz', 'Rate at which dac_power holds'),
  tia_power: nonNegative('W', 'Power of the amplifier of one output'),
  detector_power: nonNegative('W', 'Bias power of one photodiode'),
  adc_power: nonNegative('W', 'Power of an 8-bit ADC at adc_rate'),
  adc_rate: positive('Hz', 'Conversions per second of one ADC'),
  outputs_per_adc: whole(1, 4096, '1', 'Outputs that share an ADC'),
  memory_bandwidth: positive('B/s', 'Bandwidth of the memory that weights are loaded from'),
  memory_energy: nonNegative('J/B', 'Energy of one weight byte'),
  buffer_energy: nonNegative('J/B', 'Energy of one byte of inputs or outputs'),
  pipeline_latency: nonNegative('s', 'Time of flight, amplifier and converter, once per execution'),
} as const;

/** How weights come into an array that holds them. */
export const RESIDENCY = {
  arrays: whole(1, 65_536, '1', 'Arrays that work side by side'),
  weight_residency: oneOf(
    ['reloaded', 'resident'],
    'Whether every execution loads its weights, or every tile has an array of its own that keeps them',
  ),
  load_time: nonNegative('s', 'Time to load one array'),
  load_energy: nonNegative('J', 'Energy of setting one cell'),
  array_power: optional(0, nonNegative('W', 'Power of an array that holds its weights, beside the light')),
} as const;

/** What every optical array is described by. */
export const FRAME = { ...CONVERTERS, ...DETECTION, ...COST } as const;
export type Frame = ValuesOf<ParametersOf<typeof FRAME>>;
export type Residency = ValuesOf<ParametersOf<typeof RESIDENCY>>;
/** Bare values of a technology's parameters beside the frame's. */
export type FrameWith<T extends ParameterTable> = Frame & ValuesOf<ParametersOf<T>>;

/** Says where values of the frame exclude each other; `anyColumns` where shards may cut an array's columns. */
export function checkFrame(p: Frame, anyColumns = false): ParameterFault | undefined {
  const fault = (parameter: string, reason: string): ParameterFault => ({ parameter, reason });
  if (p.input_bits === 1) return fault('input_bits', 'symmetric codes take 2 bits; 0 leaves converters out');
  if (p.weight_bits === 1) return fault('weight_bits', 'symmetric codes take 2 bits; 0 leaves weights as they are');
  if (p.adc_bits === 1 || p.adc_bits === 2) return fault('adc_bits', 'an ADC has 3 bits or more; 0 leaves it out');
  if (!anyColumns && 256 % p.array_columns !== 0 && p.array_columns % 256 !== 0)
    return fault('array_columns', 'divides 256 or is a multiple of it: shards begin on multiples of 256 columns');
  if (quantumEfficiency(p.responsivity, p.wavelength) > 1)
    return fault('responsivity', 'a photon of this wavelength frees one electron at most: responsivity·h·c/(λ·q) ≤ 1');
  if (detectedPhotons(p, 1 / p.symbol_rate) < FEWEST_PHOTONS)
    return fault(
      'laser_power',
      `with this link_loss and symbol_rate fewer than ${FEWEST_PHOTONS} photons of a symbol are detected: nothing is read without light`,
    );
  if (p.rin > -50) return fault('rin', 'intensity noise is far below −50 dB/Hz');
  return undefined;
}
