import type { InputConverter, PerOutput, Readout } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import type { ChargeColumn } from './column.js';
import type { Charge } from './parameters.js';
import { REACH } from './program-charge.js';

/** Bits are streamed least significant first, the sign last; a ladder takes the whole code as one voltage. */
export const inputConverter = (p: Charge, { inputRange }: Calibration): InputConverter => ({
  bits: p.input_bits,
  scale: inputRange === undefined ? { kind: 'abs-max', clip: p.input_clip } : { kind: 'fixed', range: inputRange },
  encoding: p.cell === 'bit' ? { kind: 'bit-serial', bits: 1, sign: 'twos-complement' } : { kind: 'parallel' },
});

/**
 * σ² = thermal² + comparator² + nonlinearity², all in fully driven cells. A column of bits is never negative (that of
 * the sign is subtracted): its 2^b codes are the half of a converter of one bit more.
 */
export function readoutOf(p: Charge, column: ChargeColumn, calibration: Calibration, blocks: number): Readout {
  const { thermal, comparator, nonlinearity } = column.noise;
  const sigma = Math.hypot(thermal, comparator, nonlinearity) / REACH;
  const { adcBound } = calibration;
  const range: PerOutput = adcBound
    ? Float32Array.from({ length: blocks * adcBound.length }, (_, i) => adcBound[i % adcBound.length]! / REACH)
    : p.adc_range / REACH;
  return {
    input: inputConverter(p, calibration),
    noise: sigma > 0 ? [{ kind: 'constant', coefficient: sigma }] : [],
    shot: null,
    transfer: null,
    output: {
      bits: column.ladder ? p.adc_bits : p.adc_bits + 1,
      coding: 'full',
      range: { kind: 'fixed', range },
    },
  };
}
