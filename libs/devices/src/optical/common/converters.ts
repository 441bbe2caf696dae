import type { InputConverter, InputEncoding, OutputConverter, PerOutput } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import type { Frame } from './parameters.js';

/** Coherent light carries signs; intensities take positive inputs, then the magnitudes of negative ones. */
export const inputConverter = (
  p: Pick<Frame, 'input_bits' | 'input_clip'>,
  { inputRange }: Calibration,
  encoding: InputEncoding = { kind: 'parallel' },
): InputConverter => ({
  bits: p.input_bits,
  scale: inputRange === undefined ? { kind: 'abs-max', clip: p.input_clip } : { kind: 'fixed', range: inputRange },
  encoding,
});

/**
 * The ADC of an output; null for none. `reach` is the engine's analog unit in full products, `blocks` the tiles (and
 * slices) whose columns a calibrated bound, in full products, holds for.
 */
export function outputConverter(
  p: Pick<Frame, 'adc_bits' | 'adc_range_by' | 'adc_range'>,
  { adcBound }: Calibration,
  reach: number,
  blocks: number,
): OutputConverter | null {
  if (p.adc_bits === 0) return null;
  const { adc_bits: bits, adc_range: range } = p;
  const fixed = (value: PerOutput): OutputConverter => ({
    bits,
    coding: 'full',
    range: { kind: 'fixed', range: value },
  });
  if (adcBound)
    return fixed(
      Float32Array.from({ length: blocks * adcBound.length }, (_, i) => adcBound[i % adcBound.length]! / reach),
    );
  if (p.adc_range_by === 'fixed') return fixed(range / reach);
  return { bits, coding: 'full', range: { kind: 'operand-norms', clip: range } };
}

/**
 * Joules of one conversion of a DAC of `bits`: power/rate·(2^b/b)/(2^8/8), the law that Lightening-Transformer's code
 * has (its comment, and SimPhony, have b + 1 for b).
 */
export const dacEnergy = ({ dac_power, dac_rate }: Pick<Frame, 'dac_power' | 'dac_rate'>, bits: number): number =>
  bits === 0 ? 0 : (dac_power / dac_rate) * (2 ** bits / bits / (2 ** 8 / 8));

/** Joules of one conversion of an ADC of `bits`: power/rate·b/8. */
export const adcEnergy = ({ adc_power, adc_rate }: Pick<Frame, 'adc_power' | 'adc_rate'>, bits: number): number =>
  (adc_power / adc_rate) * (bits / 8);
