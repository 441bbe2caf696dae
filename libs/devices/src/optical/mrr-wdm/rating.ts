import { peakOperations, ratedPart, rating, type Rating } from '../architecture/rating.js';
import { adcEnergy, dacEnergy } from '../common/converters.js';
import { insertionLoss } from './link.js';
import type { MrrWdm } from './parameters.js';

/** Component powers of all arrays at full use: every converter and ring at the symbol rate. */
export function mrrRating(p: MrrWdm): Rating {
  const { arrays, tile_rows: inputs, array_columns: outputs } = p;
  const modulators = arrays * inputs;
  const rings = modulators * outputs;
  const dac = (bits: number): number => dacEnergy(p, bits) * p.symbol_rate;
  return rating(
    // A row takes two symbols, one for each sign.
    peakOperations({ cores: arrays, inputs, outputs, symbolRate: p.symbol_rate / 2 }),
    insertionLoss(p),
    [
      ratedPart('laser', 'laser', arrays, p.laser_power / p.wall_plug_efficiency),
      ratedPart('dac', 'dac', modulators, dac(p.input_bits)),
      ratedPart('weight dac', 'program', rings, dac(p.weight_bits)),
      ratedPart('modulator', 'modulator', modulators, p.modulator_energy * p.symbol_rate + p.ring_power),
      ratedPart('ring', 'array', rings, p.ring_energy * p.symbol_rate + p.ring_power),
      ratedPart('detector', 'detector', 2 * arrays * outputs, p.detector_power),
      ratedPart('tia', 'tia', arrays * outputs, p.tia_power),
      ratedPart(
        'adc',
        'adc',
        Math.ceil((arrays * outputs) / p.outputs_per_adc),
        adcEnergy(p, p.adc_bits) * p.symbol_rate,
      ),
    ],
  );
}
