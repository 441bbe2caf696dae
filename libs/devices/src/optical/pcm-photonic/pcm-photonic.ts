import type { NoiseTerm } from '@ohmlight/tile-engine';
import type { Calibration } from '../../device.js';
import { inputConverter, outputConverter } from '../common/converters.js';
import { type ArrayWork, executionLedger, programmingLedger } from '../common/cost.js';
import { noiseOf } from '../common/light.js';
import { type OpticalArray, opticalKind } from '../common/optical-device.js';
import { lightOfRails, railsOf } from '../common/rails.js';
import { PER_CELL, staticDraws } from '../common/static-draws.js';
import { type ArrayWeights, columnTiles, tilesOf } from '../common/tiles.js';
import { CellLevels } from './levels.js';
import { lightOf } from './light.js';
import { checkPcmPhotonic, PCM_PHOTONIC, type PcmPhotonic } from './parameters.js';

/** Two signs of inputs, read one after the other; two cells to a weight, on two photodiodes. */
const WORK: Omit<ArrayWork, 'k' | 'n' | 'rows'> = {
  readings: 2,
  conversions: 2,
  detectors: 2,
  amplifiers: 1,
  cellsPerWeight: 2,
  weightBytes: 1,
};

/**
 * Freezes the cells: P = f + (1 − f)·v⁺ and Q = f + (1 − f)·v⁻ at the nearest level, each with its write error; the product
 * is read as (P − Q)/(1 − f). Each reading finds every transmission off by `cell_noise`, relative to itself.
 */
function program(p: PcmPhotonic, shard: ArrayWeights, calibration: Calibration): OpticalArray {
  const { k, n, weights } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const levels = new CellLevels(p.weight_bits, p.level_ratio);
  const rails = { dark: levels.floor, leak: 0 };
  const span = 1 - levels.floor;
  const reach = Math.max(1 + levels.floor, 1 + (6 * p.write_error) / span);
  const draws = p.write_error > 0 ? staticDraws(shard) : null;
  const held = weights.slice();
  const fullScale = new Float32Array(tiles * n);
  const magnitudes = new Float32Array(n * k);
  const columnLight = new Float32Array(tiles * n);
  const fluctuation = new Float32Array(tiles * n);
  for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    fullScale[output] = largest * reach;
    if (largest === 0) continue;
    const z = draws?.cells(column, start, end);
    let squares = 0;
    for (let i = start, at = column * k + start; i < end; i++, at++) {
      const v = levels.nearest(weights[at]! / largest);
      const error = z ? (p.write_error * (z[(i - start) * PER_CELL]! - z[(i - start) * PER_CELL + 1]!)) / span : 0;
      if (p.weight_bits > 0 || error !== 0) held[at] = largest * (v + error);
      const light = lightOfRails(v, rails);
      magnitudes[at] = largest * light;
      columnLight[output]! += light;
      const [bright, dim] = railsOf(v, rails);
      squares += bright * bright + dim * dim;
    }
    fluctuation[output] = (p.cell_noise * Math.sqrt(squares / (end - start))) / span / reach;
  }
  const { noise, shot } = noiseOf(p, lightOf(p, levels.floor, columnLight), reach);
  const cells: NoiseTerm[] =
    p.noise === 'full' && p.cell_noise > 0 ? [{ kind: 'input-norm', coefficient: fluctuation }] : [];
  return {
    weights: held,
    fullScale,
    magnitudes,
    readout: {
      input: p.input_bits === 0 ? null : inputConverter(p, calibration, { kind: 'two-pass' }),
      noise: [...noise, ...cells],
      shot,
      transfer: null,
      output: outputConverter(p, calibration, reach, tiles),
    },
  };
}

/** Transmissions of phase-change cells, in a crossbar of waveguides. */
export const pcmPhotonic = opticalKind({
  kind: 'pcm-photonic',
  parameters: PCM_PHOTONIC,
  check: checkPcmPhotonic,
  program,
  execution: (p, work) => executionLedger(p, { ...WORK, ...work }),
  programming: (p, work) => programmingLedger(p, { ...WORK, ...work }),
});
