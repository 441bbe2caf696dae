import type {
  InputConverter,
  InputEncoding,
  NoiseTerm,
  OutputConverter,
  PerOutput,
  Readout,
} from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import { HALF_BITS, HALF_LIMIT } from './halves.js';
import { type Frame, WHOLE_INPUT_BITS } from './parameters.js';
import { REACH } from './trajectory.js';
import type { ArrayState } from './tiles.js';

/** Boltzmann's constant, J/K. */
const BOLTZMANN = 1.380649e-23;

function encodingOf(p: Frame): InputEncoding {
  if (p.input_encoding === 'bit-serial')
    return {
      kind: 'bit-serial',
      bits: p.input_slice_bits,
      sign: p.input_signs === 'bipolar' ? 'sign-magnitude' : p.input_signs,
    };
  return { kind: p.input_signs === 'two-pass' ? 'two-pass' : 'parallel' };
}

function scaleOf(p: Frame, calibration: Calibration): InputConverter['scale'] {
  if (calibration.inputRange !== undefined) return { kind: 'fixed', range: calibration.inputRange };
  if (p.input_scale === 'fixed') return { kind: 'fixed', range: p.input_range };
  if (p.input_scale === 'percentile') return { kind: 'percentile', share: p.input_range };
  return { kind: 'abs-max', clip: p.input_range };
}

/** Inputs longer than the engine takes whole arrive as halves, whole numbers already (halves.ts). */
export const inputConverter = (p: Frame, calibration: Calibration): InputConverter =>
  p.input_bits > WHOLE_INPUT_BITS
    ? { bits: HALF_BITS + 1, scale: { kind: 'fixed', range: HALF_LIMIT }, encoding: encodingOf(p) }
    : { bits: p.input_bits, scale: scaleOf(p, calibration), encoding: encodingOf(p) };

/** Codes of one sign only: cells above 0 under inputs above 0. */
export const unsigned = (p: Frame): boolean => p.weight_scheme === 'offset-digital' && p.input_signs !== 'bipolar';

/**
 * The one order of a read (AIHWKIT's), in the engine's words. One analog unit of the engine is REACH of the frame's,
 * read_voltage · g_max, so that devices beyond g_max have room.
 *
 * Noise: σ² = output_noise² + (read_noise·√(Σ|w|x²))² + (readNoise·‖x‖)² + 4kT·B·ΣG/(read_voltage·g_max)²
 */
export function readoutOf(
  p: Frame,
  state: ArrayState,
  calibration: Calibration,
  slices: number,
  tiles: number,
): Readout {
  const noise: NoiseTerm[] = [];
  const constant = constantNoise(p, state);
  if (constant !== 0) noise.push({ kind: 'constant', coefficient: constant });
  if (p.read_noise > 0) noise.push({ kind: 'abs-power', coefficient: p.read_noise / Math.sqrt(REACH) });
  if (state.readNoise.some((sigma) => sigma > 0)) noise.push({ kind: 'input-norm', coefficient: state.readNoise });
  return {
    input: inputConverter(p, calibration),
    noise,
    shot: null,
    transfer: p.compression > 0 ? { kind: 'compressive', knee: p.compression * REACH } : null,
    output: outputConverter(p, calibration, slices * tiles),
    bound: p.bound_rounds > 0 ? { rounds: p.bound_rounds, columns: p.tile_columns } : null,
  };
}

function constantNoise(p: Frame, { columnConductance }: ArrayState): PerOutput {
  const output = p.output_noise / REACH;
  if (p.noise_bandwidth === 0) return output;
  const unit = p.read_voltage * p.g_max * REACH;
  return columnConductance.map((g) =>
    Math.hypot(output, Math.sqrt(4 * BOLTZMANN * p.temperature * p.noise_bandwidth * g) / unit),
  );
}

function outputConverter(p: Frame, { adcBound }: Calibration, blocks: number): OutputConverter | null {
  if (p.adc_bits === 0) return null;
  const range: PerOutput = adcBound
    ? Float32Array.from({ length: blocks * adcBound.length }, (_, i) => adcBound[i % adcBound.length]! / REACH)
    : p.adc_bound / REACH;
  // Codes of one sign take the half of a converter with one bit more.
  const one = unsigned(p);
  return { bits: p.adc_bits + (one ? 1 : 0), coding: one ? 'full' : 'symmetric', range: { kind: 'fixed', range } };
}
