import type { Calibration } from '../../device.js';
import { inputConverter, outputConverter } from '../common/converters.js';
import { noiseOf } from '../common/light.js';
import { transmission } from '../common/link-budget.js';
import { type OpticalArray, opticalKind } from '../common/optical-device.js';
import { lightOfRails } from '../common/rails.js';
import { PER_CELL, staticDraws } from '../common/static-draws.js';
import { type ArrayWeights, columnTiles, quantised, tilesOf } from '../common/tiles.js';
import { dmdLedger, dmdProgramming } from './cost.js';
import { inputLight, weightLight } from './light.js';
import { checkDmd, DMD, type Dmd } from './parameters.js';
import { planeCode, planeVariance, squareSum } from './planes.js';

/** Weights in bit planes: the planes' sum is one product with the codes, exactly; mirrors have no static error. */
function onMirrors(p: Dmd, shard: ArrayWeights, calibration: Calibration): OpticalArray {
  const { k, n, weights } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const dark = transmission(p.extinction_ratio);
  const reach = 1 + 2 * dark;
  const most = 2 ** p.planes - 1;
  const digital = p.plane_weighting === 'digital';
  const variances = digital
    ? Float64Array.from({ length: most + 1 }, (_, c) => planeVariance(c, p.planes, dark))
    : null;
  const held = new Float32Array(n * k);
  const magnitudes = new Float32Array(n * k);
  const fullScale = new Float32Array(tiles * n);
  for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    fullScale[output] = largest * reach;
    if (largest === 0) continue;
    for (let at = column * k + start; at < column * k + end; at++) {
      const v = weights[at]! / largest;
      const code = planeCode(v, p.planes);
      held[at] = (largest * (v < 0 ? -code : code)) / most;
      magnitudes[at] = largest * (variances ? variances[code]! : lightOfRails(code / most, { dark, leak: 0 }));
    }
  }
  const { noise, shot } = noiseOf(p, weightLight(p), reach);
  const range = p.adc_bits === 0 ? null : rangeOf(p, calibration, tiles);
  const widest = typeof range === 'number' ? range : (range?.reduce((a, b) => Math.max(a, b), 0) ?? 0);
  return {
    weights: held,
    fullScale,
    magnitudes,
    readout: {
      input: p.input_bits === 0 ? null : inputConverter(p, calibration, { kind: 'two-pass' }),
      noise: range === null ? noise : [...noise, { kind: 'constant', coefficient: roundingOf(p, range, reach) }],
      shot,
      transfer: range === null ? null : { kind: 'clamp', low: -widest / reach, high: widest / reach },
      output: null,
    },
  };
}

/** Range of the ADC, full products of a plane: one, or of each output in each tile. */
const rangeOf = (p: Dmd, { adcBound }: Calibration, tiles: number): number | Float32Array =>
  adcBound
    ? Float32Array.from({ length: tiles * adcBound.length }, (_, i) => adcBound[i % adcBound.length]!)
    : p.adc_range;

/**
 * rms of what the ADC rounds, engine units. Each plane of each rail is converted, with steps of range/2^b; the sum
 * of the planes holds √(2·Σ4^k)/(2^planes − 1) of a plane's rounding, step/√12. Of one exposure to a rail, √2.
 */
function roundingOf(p: Dmd, range: number | Float32Array, reach: number): number | Float32Array {
  const planes = p.plane_weighting === 'digital' ? Math.sqrt(squareSum(p.planes)) / (2 ** p.planes - 1) : 1;
  const perRange = (Math.SQRT2 * planes) / Math.sqrt(12) / 2 ** p.adc_bits / reach;
  return typeof range === 'number' ? range * perRange : range.map((value) => value * perRange);
}

/** Weights in a mask, as P and Q, under the inputs' bit planes. */
function inMask(p: Dmd, shard: ArrayWeights, calibration: Calibration): OpticalArray {
  const { k, n, weights } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const rails = { dark: transmission(p.extinction_ratio), leak: 0 };
  const reach = 1 + 6 * p.mask_error;
  const held = weights.slice();
  const fullScale = new Float32Array(tiles * n);
  const columnLight = new Float32Array(tiles * n);
  const draws = p.mask_error > 0 ? staticDraws(shard) : null;
  for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    fullScale[output] = largest * reach;
    if (largest === 0) continue;
    const z = draws?.cells(column, start, end);
    for (let i = start, at = column * k + start; i < end; i++, at++) {
      const v = quantised(weights[at]! / largest, p.weight_bits);
      const error = z ? p.mask_error * (z[(i - start) * PER_CELL]! - z[(i - start) * PER_CELL + 1]!) : 0;
      if (p.weight_bits > 0 || error !== 0) held[at] = largest * (v + error);
      columnLight[output]! += lightOfRails(v, { ...rails, dark: 0 });
    }
  }
  const light = inputLight(p, columnLight);
  // A plane at a time: single bits of the magnitude, positive inputs first, then negative ones.
  return {
    weights: held,
    fullScale,
    readout: {
      input:
        p.input_bits === 0 ? null : inputConverter(p, calibration, { kind: 'bit-serial', bits: 1, sign: 'two-pass' }),
      ...noiseOf(p, light, reach),
      transfer: null,
      output: outputConverter(p, calibration, reach, tiles),
    },
  };
}

/** Binary frames of a digital micromirror device. */
export const dmdBitplane = opticalKind({
  kind: 'dmd-bitplane',
  parameters: DMD,
  check: checkDmd,
  program: (p, shard, calibration) =>
    p.mirrors === 'weights' ? onMirrors(p, shard, calibration) : inMask(p, shard, calibration),
  execution: dmdLedger,
  programming: dmdProgramming,
});
