import {
  coefficients,
  nonNegative,
  oneOf,
  optional,
  type ParametersOf,
  positive,
  signed,
  upTo,
  type ValuesOf,
  whole,
} from '../../profile/quantity.js';
import { ivFault, ivLaw } from './iv.js';

/** What every crossbar states, whatever its cells: the steps of the one way through a tile, in order. */
export const FRAME = {
  // Geometry and weights.
  tile_rows: whole(16, 1024, '1', 'Inputs of a tile'),
  tile_columns: whole(1, 256, '1', 'Outputs of a tile; divides 256, so that shards never cut a tile'),
  weight_scheme: oneOf(
    ['differential', 'differential-digital', 'offset-column', 'offset-digital'],
    'How signs are stored: pairs subtracted before or after conversion; an offset subtracted by a column or digitally',
  ),
  weight_scale: optional('column', oneOf(['column', 'tile'], 'What the largest weight is taken over')),
  weight_bits: optional(0, whole(0, 16, 'bit', 'Levels of a weight, sign included; 0 for any value')),
  cell_bits: optional(0, whole(0, 8, 'bit', 'Bits of a cell, where weights are sliced over cells; 0 for one cell')),
  column_inversion: optional('off', oneOf(['off', 'on'], 'Whether columns more than half full are stored inverted')),
  cell: optional('physical', oneOf(['physical', 'exact'], 'Whether cells err, or hit their targets and stay there')),
  g_min: nonNegative('S', 'Conductance of a weight of zero'),
  g_max: positive('S', 'Conductance of the largest weight'),
  // Inputs.
  input_bits: whole(0, 16, 'bit', 'DAC resolution; codes ±(2^(b−1) − 1); 0 for no converters, in f32'),
  input_scale: optional('abs-max', oneOf(['abs-max', 'fixed', 'percentile'], 'What the largest code stands for')),
  input_range: optional(1, positive('1', 'Part of the largest activation; an activation; a share of the inputs')),
  input_encoding: oneOf(
    ['voltage', 'pulse-width', 'bit-serial', 'bit-accumulated'],
    'How a code drives its line; slices of bits are converted each, or their charge once',
  ),
  input_signs: optional('bipolar', oneOf(['bipolar', 'two-pass', 'twos-complement'], 'How a line carries signs')),
  input_slice_bits: optional(1, whole(1, 8, 'bit', 'Bits of a slice of bit-serial inputs')),
  // Output lines.
  sense: optional('current', oneOf(['current', 'voltage'], 'Whether output lines are virtual grounds, or float')),
  line_capacitance: optional(0, nonNegative('F', 'Capacitance of an output line that floats')),
  settling_bits: optional(0, whole(0, 16, 'bit', 'Bits to half a step of which lines settle before word lines close')),
  // Wires.
  wire_model: optional(
    'none',
    oneOf(['none', 'exact', 'line-form', 'rank-one', 'auto'], 'How wire resistance is solved'),
  ),
  wire_input_resistance: optional(0, nonNegative('Ohm', 'One segment of an input line')),
  wire_output_resistance: optional(0, nonNegative('Ohm', 'One segment of an output line')),
  // Noise and nonlinearity of a read.
  iv_second: optional([0], coefficients('A/V^2', 'a of I = g·v + a·v|v| + b·v³, ascending powers of log10(g/1 S)')),
  iv_third: optional([0], coefficients('A/V^3', 'b of the same')),
  read_noise: optional(0, nonNegative('1', 'Noise of a read on √(Σ|w|x²), in devices at g_max')),
  output_noise: optional(0, nonNegative('1', 'Noise at the converter, in currents read_voltage · g_max')),
  noise_bandwidth: optional(0, nonNegative('Hz', 'Bandwidth of the Johnson noise of the cells; 0 leaves it out')),
  compression: optional(0, nonNegative('1', 'Knee c of the output s/(1 + c|s|)')),
  temperature: optional(300, positive('K', 'Temperature of the array')),
  temperature_coefficient: optional(0, signed('1/K', 'Relative change of conductance per kelvin, from 300 K')),
  // Output converters.
  adc_bits: whole(0, 14, 'bit', 'ADC resolution; codes ±(2^(b−1) − 1); 0 for no converter'),
  adc_bound: positive('1', 'ADC range, in currents read_voltage · g_max'),
  bound_rounds: optional(0, whole(0, 16, '1', 'Readings of a tile whose outputs clip, inputs halved each time')),
  // Faults.
  stuck_low: optional(0, upTo(0.5, '1', 'Share of devices that stay at g_min')),
  stuck_high: optional(0, upTo(0.5, '1', 'Share of devices that stay at g_max')),
  spare_columns: optional(0, whole(0, 256, '1', 'Spare outputs of a tile, which replace the worst of its columns')),
  // Time.
  read_time: optional(0, nonNegative('s', 'Time between programming and reading, unless a request states it')),
  compensation: optional('none', oneOf(['none', 'global', 'column'], 'What of drift is measured and divided out')),
  recalibration_interval: optional(0, nonNegative('s', 'Time between measurements of drift; 0 for one before a read')),
  calibration_vectors: optional(0, whole(0, 1024, '1', 'One-hot rows that one measurement of drift reads')),
  // Programming.
  window_absolute: optional(0, nonNegative('S', 'Verified programming: accepted distance from the target')),
  window_relative: optional(0, upTo(1, '1', 'Verified programming: accepted distance, as a part of the target')),
  pulse_gain: optional(1, positive('1', 'Part of the distance to the target that one pulse covers')),
  pulse_sigma: optional(0, nonNegative('1', "Standard deviation of a pulse's step, as a part of the step")),
  max_pulses: optional(1, whole(1, 10_000, '1', 'Pulses after which a device is left as it is')),
  pulse_energy: nonNegative('J', 'Energy of one write pulse'),
  pulse_time: nonNegative('s', 'Time of one write pulse'),
  verify_energy: optional(0, nonNegative('J', 'Energy of one verifying read of a device')),
  verify_time: optional(0, nonNegative('s', 'Time of one verifying read of a device')),
  // Cost of a read.
  read_voltage: nonNegative('V', 'Voltage of a fully driven line'),
  integration_time: positive('s', 'Time for which one reading drives the lines; the longest pulse'),
  read_overhead: optional(0, nonNegative('s', 'Time of a row beside its readings')),
  dac_energy: nonNegative('J', 'Energy of driving one line once'),
  adc_energy: nonNegative('J', 'Energy of one conversion'),
  adc_rate: positive('Hz', 'Conversions per second of one ADC'),
  columns_per_adc: whole(1, 1024, '1', 'Columns that share an ADC'),
  sample_energy: optional(0, nonNegative('J', 'Energy of sampling and integrating one output')),
  shift_add_energy: nonNegative('J', 'Energy of adding one code to its accumulator'),
  buffer_energy: nonNegative('J/B', 'Energy of one byte to or from the buffer beside the tiles'),
  link_energy: nonNegative('J/B', 'Energy of one byte between buffer and tile'),
  leakage_share: optional(0, nonNegative('1', 'Leakage of the converters, as a part of their active energy, at 300 K')),
  leakage_doubling: optional(0, nonNegative('K', 'Warming that doubles leakage; 0 for leakage of no temperature')),
  tile_power: optional(0, nonNegative('W', 'Power of a tile that works, whatever it computes')),
  // Area, and what a chip has beside its tiles.
  cell_area: optional(0, nonNegative('m^2', 'Area of one device')),
  dac_area: optional(0, nonNegative('m^2', 'Area of the driver of one line')),
  adc_area: optional(0, nonNegative('m^2', 'Area of one ADC')),
  tile_area: optional(0, nonNegative('m^2', 'Area of a tile beside cells, drivers and converters')),
  chip_tiles: optional(0, whole(0, 1_000_000, '1', 'Tiles of a chip; 0 where the profile is no chip')),
  chip_area: optional(0, nonNegative('m^2', 'Area of a chip beside its tiles')),
  shared_power: optional(
    0,
    nonNegative('W', "A tile's part of buffers and routers at full rate; the ledger counts bytes"),
  ),
  chip_power: optional(0, nonNegative('W', 'Power of a chip beside its tiles, at full rate; not in the ledger')),
} as const;

export type FrameParameters = ParametersOf<typeof FRAME>;
/** Bare values of the frame's parameters. */
export type Frame = ValuesOf<FrameParameters>;

/** Inputs of up to so many bits pass the tile engine whole; longer ones as two halves. */
export const WHOLE_INPUT_BITS = 12;

/** A fault between parameters that are valid one by one. */
export function checkFrame(p: Frame): { parameter: string; reason: string } | undefined {
  const fault = (parameter: keyof Frame, reason: string) => ({ parameter, reason });
  if (p.g_min >= p.g_max) return fault('g_min', 'g_min must be less than g_max');
  if (1 + p.temperature_coefficient * (p.temperature - 300) <= 0)
    return fault('temperature_coefficient', `no conductance is left at ${p.temperature} K (temperature)`);
  if (256 % p.tile_columns !== 0) return fault('tile_columns', 'tile_columns must divide 256, where shards may begin');
  if (p.input_bits === 1) return fault('input_bits', 'a symmetric code has at least 2 bits');
  if (p.input_bits > WHOLE_INPUT_BITS && p.input_signs !== 'twos-complement')
    return fault('input_bits', `above ${WHOLE_INPUT_BITS} bits inputs are streamed: input_signs twos-complement`);
  if (p.adc_bits === 1 || p.adc_bits === 2) return fault('adc_bits', 'a converter has at least 3 bits; 0 is none');
  if (p.weight_bits === 1) return fault('weight_bits', 'a signed weight has at least 2 bits; 0 is any value');
  if (p.cell_bits > 0 && p.cell_bits >= p.weight_bits)
    return fault('cell_bits', 'slices have fewer bits than the weight (weight_bits)');
  if (p.input_scale === 'percentile' && p.input_range > 1) return fault('input_range', 'a share is at most 1');
  if (p.input_bits === 0) {
    const on = (['adc_bits', 'read_noise', 'output_noise', 'noise_bandwidth', 'compression'] as const).find(
      (name) => p[name] !== 0,
    );
    if (on) return fault(on, 'without input converters (input_bits 0) there is no readout: set it to 0, or input_bits');
    if (p.weight_scheme.startsWith('offset'))
      return fault('weight_scheme', 'without input converters (input_bits 0) weights are differential');
  }
  if (p.input_encoding.startsWith('bit') && p.input_bits > 0 && p.input_slice_bits >= p.input_bits)
    return fault('input_slice_bits', 'a slice has fewer bits than the input');
  if (p.sense === 'voltage') {
    if (p.line_capacitance === 0) return fault('line_capacitance', 'a line that floats has a capacitance above 0');
    if (p.settling_bits === 0) return fault('settling_bits', 'lines that float settle to 1 bit or more');
    if (p.weight_scheme !== 'differential' || p.cell_bits > 0)
      return fault('sense', 'pairs take opposite voltages to one line: weight_scheme differential, without cell_bits');
    if (p.input_encoding === 'pulse-width')
      return fault('sense', 'a settled line does not add up times: input_encoding voltage, or bits');
    if (ivLaw(p)) return fault('sense', 'cells between lines that float see many voltages: no iv_second, no iv_third');
  }
  if (p.input_signs === 'twos-complement' && (p.input_encoding !== 'bit-serial' || p.input_slice_bits !== 1))
    return fault('input_signs', "two's complement streams single bits: input_encoding bit-serial, input_slice_bits 1");
  if (p.bound_rounds > 0 && (p.adc_bits === 0 || p.input_encoding === 'bit-serial' || p.input_signs !== 'bipolar'))
    return fault('bound_rounds', 'bound management takes an ADC and inputs in one pass');
  if (p.bound_rounds > 0 && p.tile_columns < 64)
    return fault('bound_rounds', 'bound management takes tiles of 64, 128 or 256 columns');
  if (p.weight_scheme === 'offset-digital' && p.compensation !== 'none')
    return fault('compensation', 'an offset that is subtracted digitally cannot be rescaled with the outputs');
  if (p.column_inversion === 'on' && p.weight_scheme !== 'offset-digital')
    return fault('column_inversion', 'an inverted column is put right digitally: weight_scheme offset-digital');
  if (p.wire_model !== 'none' && p.cell === 'exact' && p.input_bits === 0)
    return fault('wire_model', 'exact cells without converters are the reference; they have no wires');
  return ivFault(p);
}
