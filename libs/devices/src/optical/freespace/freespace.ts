import { inputConverter, outputConverter } from '../common/converters.js';
import { type ArrayWork, executionLedger, programmingLedger } from '../common/cost.js';
import { type Light, noiseOf } from '../common/light.js';
import { detectedPhotons } from '../common/link-budget.js';
import { opticalKind } from '../common/optical-device.js';
import { contrast } from '../common/rails.js';
import { tilesOf } from '../common/tiles.js';
import { checkFreespace, FREESPACE, type Freespace } from './parameters.js';
import { programFreespace, railsOfProfile, reachOf } from './program-freespace.js';

/** Intensities have no sign: a row's positive inputs, then its negative ones, each converted. */
const workOf = (p: Freespace): Omit<ArrayWork, 'k' | 'n' | 'rows'> => {
  const rails = p.weight_encoding === 'dual-rail' ? 2 : 1;
  return {
    readings: 2,
    conversions: 2,
    detectors: rails,
    amplifiers: 1,
    cellsPerWeight: rails,
    weightBytes: p.weight_bits > 8 ? 2 : 1,
  };
};

/** Counts of an input of 1 through one open pixel: the laser's, divided among N inputs, M outputs and their rails. */
export function pixelCounts(p: Freespace): number {
  const rails = p.weight_encoding === 'dual-rail' ? 2 : 1;
  return detectedPhotons(p, 1 / p.symbol_rate) / (p.tile_rows * p.array_columns * rails);
}

/**
 * Dual rail: n·κ counts of difference to a product of 1, and n·Σ(P + Q)·x in all. Offset: half the contrast, and the
 * one detector's counts are the signal itself.
 */
export function lightOf(p: Freespace): Light {
  const counts = pixelCounts(p);
  const rails = railsOfProfile(p);
  const dual = p.weight_encoding === 'dual-rail';
  const gain = counts * (dual ? contrast(rails) : (1 - rails.dark) / 2);
  return {
    gain,
    steady: 0,
    power: 0,
    product: dual ? counts : gain,
    seconds: 1 / p.symbol_rate,
    detectors: dual ? 2 : 1,
    steadyIntensity: 0,
    floor: 0,
  };
}

/** Intensities through pixels, summed by lenses. */
export const freespaceIncoherent = opticalKind({
  kind: 'freespace-incoherent',
  parameters: FREESPACE,
  check: checkFreespace,
  program(p, shard, calibration) {
    const { weights, fullScale, magnitudes, offset } = programFreespace(p, shard);
    const reach = reachOf(p);
    return {
      weights,
      fullScale,
      magnitudes,
      offset,
      readout: {
        input: p.input_bits === 0 ? null : inputConverter(p, calibration, { kind: 'two-pass' }),
        ...noiseOf(p, lightOf(p), reach),
        transfer: null,
        output: outputConverter(p, calibration, reach, tilesOf(shard.k, p.tile_rows)),
      },
    };
  },
  execution: (p, work) => executionLedger(p, { ...workOf(p), ...work }),
  programming: (p, work) => programmingLedger(p, { ...workOf(p), ...work }),
});
