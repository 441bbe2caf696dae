import { peakOperations, ratedPart, rating, type Rating } from '../architecture/rating.js';
import { adcEnergy, dacEnergy } from '../common/converters.js';
import { bufferPower, modulatorsOf, outputsOf, registersOf } from './cost.js';
import { insertionLoss } from './link.js';
import type { Ddot } from './parameters.js';

/** Levels of a tree of Y-branches to `ways` waveguides, with the one that feeds it. */
const levels = (ways: number): number => Math.ceil(Math.log2(ways) + 1);

/**
 * Component powers and areas of all groups at full use, converters at the symbol rate: DOTA-B of Lightening-Transformer
 * is 4 groups of 2 cores of 12 × 12 outputs on 12 wavelengths.
 */
export function ddotRating(p: Ddot): Rating {
  const { groups, cores_per_group: perGroup, array_rows: rows, array_columns: columns } = p;
  const cores = groups * perGroup;
  const modulators = modulatorsOf(p);
  const outputs = outputsOf(p);
  const dacs = p.wavelengths * perGroup * groups * columns;
  const inputDacs = modulators - dacs;
  const sources = groups + perGroup;
  const dac = (bits: number): number => dacEnergy(p, bits) * p.symbol_rate;
  const adcs = Math.ceil(outputs / p.outputs_per_adc);
  const buffers = {
    ...ratedPart('memory', 'memory', 1, bufferPower(p)),
    squareMetres: groups * p.global_buffer_area + (groups + 1) * p.local_buffer_area + registersOf(p) * p.register_area,
  };
  return rating(
    peakOperations({ cores, inputs: p.wavelengths, outputs: columns, vectors: rows, symbolRate: p.symbol_rate }),
    insertionLoss(p),
    [
      // One for the weights of a group and one for the inputs of all, a core's share of light each.
      {
        ...ratedPart('laser', 'laser', cores, p.laser_power / p.wall_plug_efficiency),
        squareMetres: sources * p.laser_area,
      },
      ratedPart('comb', 'laser', sources, 0, p.comb_area),
      {
        ...ratedPart('dac', 'dac', modulators, 0, p.dac_area),
        watts: dacs * dac(p.weight_bits) + inputDacs * dac(p.input_bits),
      },
      ratedPart('modulator', 'modulator', modulators, p.modulator_energy * p.symbol_rate, p.modulator_area),
      {
        ...ratedPart('router', 'modulator', 2 * modulators, p.router_power),
        // Shared inputs cross every group's routers.
        squareMetres: 2 * cores * p.wavelengths * (rows + columns) * p.router_area,
      },
      {
        ...ratedPart('dot product unit', 'array', cores * rows * columns, 0, p.node_area),
        squareMetres: cores * (rows * columns * p.node_area + splitters(p)),
      },
      ratedPart('detector', 'detector', 2 * cores * rows * columns, p.detector_power, 0),
      ratedPart('tia', 'tia', outputs, p.tia_power, p.tia_area),
      ratedPart('adc', 'adc', adcs, adcEnergy(p, p.adc_bits) * p.symbol_rate, p.adc_area),
      ratedPart('adder', 'adc', outputs, p.adder_power, p.adder_area),
      buffers,
    ],
  );
}

/** Area of the trees of Y-branches of a core, m². */
const splitters = (p: Ddot): number =>
  p.splitter_area * (1 + levels(p.array_columns) * p.array_columns + levels(p.array_rows) * p.array_rows);
