import { inputConverter, outputConverter } from '../common/converters.js';
import { type ArrayWork, executionLedger, programmingLedger } from '../common/cost.js';
import { opticalKind } from '../common/optical-device.js';
import { RESIDENCY } from '../common/parameters.js';
import { columnTiles, quantised, tilesOf } from '../common/tiles.js';

/** One symbol, one conversion, a balanced pair and one amplifier to an output; a weight takes two bytes. */
const WORK: Omit<ArrayWork, 'k' | 'n' | 'rows'> = {
  readings: 1,
  conversions: 1,
  detectors: 2,
  amplifiers: 1,
  cellsPerWeight: 1,
  weightBytes: 2,
};

/** An array without error or noise: its converters, or (`input_bits` 0) the digital reference itself. */
export const opticalIdeal = opticalKind({
  kind: 'optical-ideal',
  parameters: RESIDENCY,
  program(p, shard, calibration) {
    const { k, n, weights } = shard;
    const tiles = tilesOf(k, p.tile_rows);
    const held = weights.slice();
    const fullScale = new Float32Array(tiles * n);
    for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
      fullScale[output] = largest;
      if (largest === 0 || p.weight_bits === 0) continue;
      for (let i = column * k + start; i < column * k + end; i++)
        held[i] = largest * quantised(weights[i]! / largest, p.weight_bits);
    }
    return {
      weights: held,
      fullScale,
      readout: {
        input: p.input_bits === 0 ? null : inputConverter(p, calibration),
        noise: [],
        shot: null,
        transfer: null,
        output: outputConverter(p, calibration, 1, tiles),
      },
    };
  },
  execution: (p, work) => executionLedger(p, { ...WORK, ...work }),
  programming: (p, work) => programmingLedger(p, { ...WORK, ...work }),
});
