import { emptyLedger } from '@ohmlight/contracts';
import { inputConverter, outputConverter } from '../common/converters.js';
import { arraysOf, type ArrayWork, executionLedger, programmingLedger } from '../common/cost.js';
import { noiseOf } from '../common/light.js';
import { opticalKind } from '../common/optical-device.js';
import { tilesOf } from '../common/tiles.js';
import { detuningSigma, weightRange } from './bank.js';
import { lightOf, linkOf } from './link.js';
import { checkMrrWdm, MRR_WDM, type MrrWdm } from './parameters.js';
import { programBank, reachOf } from './program-bank.js';
import { mrrRating } from './rating.js';

/** Intensities have no sign: a row's positive inputs, then its negative ones, each converted. */
const workOf = (p: MrrWdm): Omit<ArrayWork, 'k' | 'n' | 'rows'> => ({
  readings: 2,
  conversions: 2,
  detectors: 2,
  amplifiers: 1,
  cellsPerWeight: 1,
  weightBytes: p.weight_bits > 8 ? 2 : 1,
});

/** Banks of microrings, one ring to a wavelength and weight: broadcast and weight. */
export const mrrWdm = opticalKind({
  kind: 'mrr-wdm',
  parameters: MRR_WDM,
  derived: { names: ['laser_power', 'link_loss', 'array_power', 'load_energy'], of: linkOf },
  check: checkMrrWdm,
  ageing: (p) =>
    detuningSigma(p) > 0
      ? { readTime: p.read_time, compensated: true, recalibrationInterval: p.recalibration_interval }
      : undefined,
  program(p, shard, calibration, times) {
    const { weights, fullScale, magnitudes, columnLight } = programBank(p, shard, times);
    const reach = reachOf(p);
    return {
      weights,
      fullScale,
      magnitudes,
      readout: {
        input: p.input_bits === 0 ? null : inputConverter(p, calibration, { kind: 'two-pass' }),
        ...noiseOf(p, lightOf(p, weightRange(p), columnLight), reach),
        transfer: null,
        output: outputConverter(p, calibration, reach, tilesOf(shard.k, p.tile_rows)),
      },
    };
  },
  execution: (p, work) => executionLedger(p, { ...workOf(p), ...work }),
  programming: (p, work) => programmingLedger(p, { ...workOf(p), ...work }),
  // All banks lock side by side, their rings held meanwhile.
  recalibration: (p, { k, n }) => ({
    ...emptyLedger(),
    seconds: p.lock_time,
    joules: { program: arraysOf(p, k, n) * p.array_power * p.lock_time },
  }),
  rating: mrrRating,
});
