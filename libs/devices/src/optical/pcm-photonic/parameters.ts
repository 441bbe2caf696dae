import type { ParameterFault } from '../../kind.js';
import { oneOf, optional, share, upTo } from '../../profile/quantity.js';
import { type FrameWith, RESIDENCY } from '../common/parameters.js';

/** Parameters of the kind `pcm-photonic` beside the frame's. `weight_bits` are the bits of a cell, without sign. */
export const PCM_PHOTONIC = {
  ...RESIDENCY,
  level_ratio: share('1', 'ρ: transmission of a level over that of the next brighter one'),
  column_combining: oneOf(
    ['couplers', 'multiplexers'],
    'How the inputs of a column meet: couplers that pass 1/N of each, or multiplexers of their wavelengths',
  ),
  write_error: upTo(0.1, '1', "Static error of a written transmission, in parts of an open cell's"),
  cell_noise: upTo(0.1, '1', 'Relative fluctuation of a transmission from reading to reading'),
  extinction_ratio: optional(400, upTo(400, 'dB', 'Light of an open input modulator over that of a shut one')),
} as const;
export type PcmPhotonic = FrameWith<typeof PCM_PHOTONIC>;

export function checkPcmPhotonic(p: PcmPhotonic): ParameterFault | undefined {
  const fault = (parameter: keyof PcmPhotonic, reason: string): ParameterFault => ({ parameter, reason });
  if (p.level_ratio === 1) return fault('level_ratio', 'levels differ: a ratio below 1');
  if (p.weight_bits > 8) return fault('weight_bits', 'a cell has 8 bits at most; 0 leaves weights as they are');
  if (p.extinction_ratio < 3) return fault('extinction_ratio', 'below 3 dB inputs hardly differ');
  return undefined;
}
