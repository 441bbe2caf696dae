import { cosine } from '../common/angles.js';
import { inputConverter, outputConverter } from '../common/converters.js';
import { noiseOf } from '../common/light.js';
import { opticalKind } from '../common/optical-device.js';
import { staticDraws } from '../common/static-draws.js';
import { columnTiles, quantised, tilesOf } from '../common/tiles.js';
import { storedLedger } from '../common/streamed.js';
import { streamedLedger } from './cost.js';
import { lightOf } from './light.js';
import { checkHomodyneTfln, HOMODYNE_TFLN } from './parameters.js';

/**
 * Both operands as pulse trains on balanced detectors: photoelectric multiplication at the standard quantum limit.
 * An output's transmitter has one static error: gain (1 + magnitude_sigma·ξ₁)·cos(phase_sigma·ξ₂).
 */
export const homodyneTfln = opticalKind({
  kind: 'homodyne-tfln',
  parameters: HOMODYNE_TFLN,
  check: checkHomodyneTfln,
  program(p, shard, calibration) {
    const { k, n, weights } = shard;
    const tiles = tilesOf(k, p.tile_rows);
    const reach = 1 + 5 * p.magnitude_sigma;
    const erring = p.magnitude_sigma > 0 || p.phase_sigma > 0;
    const draws = staticDraws(shard);
    const held = weights.slice();
    const fullScale = new Float32Array(tiles * n);
    const power = new Float32Array(tiles * n);
    for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
      fullScale[output] = largest * reach;
      if (largest === 0) continue;
      const z = erring ? draws.output(column) : null;
      const gain = z ? (1 + p.magnitude_sigma * z[0]!) * cosine(p.phase_sigma * z[1]!) : 1;
      for (let at = column * k + start; at < column * k + end; at++) {
        const v = quantised(weights[at]! / largest, p.weight_bits);
        if (p.weight_bits > 0 || gain !== 1) held[at] = largest * (v * gain);
        power[output]! += v * v;
      }
    }
    return {
      weights: held,
      fullScale,
      readout: {
        input: p.input_bits === 0 ? null : inputConverter(p, calibration),
        ...noiseOf(p, lightOf(p, power), reach),
        transfer: null,
        output: outputConverter(p, calibration, reach, tiles),
      },
    };
  },
  execution: streamedLedger,
  programming: storedLedger,
});
