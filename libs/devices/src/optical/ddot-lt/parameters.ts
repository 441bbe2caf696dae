import type { ParameterFault } from '../../kind.js';
import { coefficients, nonNegative, oneOf, optional, signed, upTo, whole } from '../../profile/quantity.js';
import type { FrameWith } from '../common/parameters.js';

/** Geometry: a core multiplies array_rows × wavelengths by wavelengths × array_columns in a symbol. */
const GEOMETRY = {
  array_rows: whole(1, 4096, '1', 'Rows of a job whose inputs a core multiplies at once'),
  wavelengths: whole(1, 128, '1', 'Wavelengths of a waveguide: products that a detector sums in a symbol'),
  cores_per_group: whole(1, 256, '1', 'Cores whose photocurrents are summed before the same ADCs'),
  groups: whole(1, 256, '1', 'Groups of cores; all of them share the modulated inputs'),
  accumulated_symbols: whole(1, 256, '1', 'Symbols that an output integrates before its ADC converts'),
} as const;

const PHYSICS = {
  channel_spacing: nonNegative('m', 'Spacing of the wavelengths; 0 leaves dispersion out'),
  coupler_length: coefficients('m', 'Coupling length at no gap, ascending powers of λ − wavelength'),
  coupler_decay: coefficients('m', 'Decay length of the coupling over the gap, ascending powers of λ − wavelength'),
  coupler_gap: nonNegative('m', 'Gap of the directional coupler'),
  magnitude_sigma: upTo(0.2, '1', 'Relative error of an encoded magnitude from symbol to symbol, of both operands'),
  phase_sigma: nonNegative('rad', 'Error of the phase between two encoded symbols, from symbol to symbol'),
  phase_bias: nonNegative('rad', "Static error of an output's quadrature, standard deviation"),
  output_sigma: upTo(0.2, '1', 'Relative error of an output from reading to reading'),
  variance: optional(
    'rank1',
    oneOf(['rank1', 'exact'], 'Variance of encoding errors: ⟨v²⟩·‖x‖², or Σ v²x² of every weight and input'),
  ),
} as const;

/** Losses of the way from laser to detector, and what the laser is sized for. */
const LINK = {
  detector_sensitivity: signed('dBm', 'Power at a detector for each of the 2^adc_bits levels; the laser follows'),
  modulator_loss: nonNegative('dB', 'Loss of a modulator'),
  router_loss: nonNegative('dB', 'Loss of a microring that adds or drops a wavelength'),
  splitter_loss: nonNegative('dB', 'Excess loss of a Y-branch'),
  shifter_loss: nonNegative('dB', 'Loss of a phase shifter'),
  coupler_loss: nonNegative('dB', 'Excess loss of a directional coupler'),
} as const;

/** Powers and areas beside the frame's. */
const PARTS = {
  router_power: nonNegative('W', 'Power that holds a microring on its wavelength; two to a modulator'),
  adder_power: nonNegative('W', 'Power of the adder behind an ADC'),
  global_buffer_power: nonNegative('W', "Power of a group's part of the global buffer"),
  local_buffer_power: nonNegative('W', 'Power of a local buffer: one for each group, one for the shared inputs'),
  register_power: nonNegative(
    'W',
    'Power of a register file: two for each group, one for each core, the shared ones too',
  ),
  node_area: nonNegative('m^2', 'Area of one dot product unit: Y-branch, phase shifter, coupler, photodiodes, spacing'),
  modulator_area: nonNegative('m^2', 'Area of a modulator'),
  router_area: nonNegative('m^2', 'Area of a microring that adds or drops a wavelength'),
  splitter_area: nonNegative('m^2', 'Area of a Y-branch'),
  dac_area: nonNegative('m^2', 'Area of a DAC'),
  adc_area: nonNegative('m^2', 'Area of an ADC'),
  tia_area: nonNegative('m^2', 'Area of an amplifier'),
  adder_area: nonNegative('m^2', 'Area of an adder'),
  laser_area: nonNegative('m^2', 'Area of a laser'),
  comb_area: nonNegative('m^2', 'Area of a microcomb'),
  global_buffer_area: nonNegative('m^2', "Area of a group's part of the global buffer"),
  local_buffer_area: nonNegative('m^2', 'Area of a local buffer'),
  register_area: nonNegative('m^2', 'Area of a register file'),
} as const;

/** Parameters of the kind `ddot-lt` beside the frame's: both operands stream, nothing is stored. */
export const DDOT = { ...GEOMETRY, ...PHYSICS, ...LINK, ...PARTS } as const;
export type Ddot = FrameWith<typeof DDOT>;

export function checkDdot(p: Ddot): ParameterFault | undefined {
  const fault = (parameter: keyof Ddot, reason: string): ParameterFault => ({ parameter, reason });
  const inputs = p.wavelengths * p.cores_per_group * p.accumulated_symbols;
  if (p.tile_rows !== inputs)
    return fault(
      'tile_rows',
      `wavelengths·cores_per_group·accumulated_symbols, ${inputs}, are summed before conversion`,
    );
  if (p.phase_sigma > 0.5) return fault('phase_sigma', 'beyond 0.5 rad nothing of a product is left');
  if (p.phase_bias > 0.5) return fault('phase_bias', 'beyond 0.5 rad nothing of a product is left');
  if (p.channel_spacing * p.wavelengths > 0.1 * p.wavelength)
    return fault('channel_spacing', "the coupler's law holds for wavelengths within 5 % of the middle");
  return undefined;
}
