import type { NoiseTerm } from '@ohmlight/tile-engine';
import { inputConverter, outputConverter } from '../common/converters.js';
import { noiseOf } from '../common/light.js';
import { type OpticalArray, opticalKind } from '../common/optical-device.js';
import { staticDraws } from '../common/static-draws.js';
import { type ArrayWeights, columnTiles, quantised, tilesOf } from '../common/tiles.js';
import type { Calibration } from '../../device.js';
import { storedLedger } from '../common/streamed.js';
import { streamedLedger } from './cost.js';
import { couplerImbalance } from './dispersion.js';
import { encodingGain, encodingVariance } from './encoding.js';
import { imbalanceAddendum } from './imbalance.js';
import { lightOf, linkOf } from './link.js';
import { checkDdot, DDOT, type Ddot } from './parameters.js';
import { ddotRating } from './rating.js';

/**
 * Weights as encoded: v·cos(bias)·e^(−σ²/2)·√(1 − ε²), with the bias of the output and the imbalance ε of the input's
 * wavelength. Encoding errors are dynamic, an output's and a product's.
 */
function program(p: Ddot, shard: ArrayWeights, calibration: Calibration): OpticalArray {
  const { k, n, weights } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const epsilon = couplerImbalance(p);
  const dispersed = epsilon.some((value) => value !== 0);
  const coupled = epsilon.map((value) => Math.sqrt(1 - value * value));
  const draws = p.phase_bias > 0 ? staticDraws(shard) : null;
  const noisy = p.noise === 'full' && (p.magnitude_sigma > 0 || p.phase_sigma > 0);
  const held = weights.slice();
  const fullScale = new Float32Array(tiles * n);
  const power = new Float32Array(tiles * n);
  const unbalanced = new Float64Array(tiles * n);
  const exact = noisy && p.variance === 'exact';
  const magnitudes = exact ? new Float32Array(n * k) : undefined;
  const encoding = new Float32Array(tiles * n);
  // Of all outputs: `exact` has one coefficient, and the outputs' own share of it in the magnitudes.
  const most = exact ? encodingVariance(p, Math.min(0.5, 5 * p.phase_bias)) : 0;
  for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    fullScale[output] = largest;
    if (largest === 0) continue;
    const bias = draws ? Math.max(-0.5, Math.min(0.5, p.phase_bias * draws.output(column)[0]!)) : 0;
    const gain = encodingGain(p, bias);
    const variance = noisy ? encodingVariance(p, bias) : 0;
    for (let j = start, at = column * k + start; j < end; j++, at++) {
      const v = quantised(weights[at]! / largest, p.weight_bits);
      const channel = (j - start) % p.wavelengths;
      const share = gain * coupled[channel]!;
      if (p.weight_bits > 0 || share !== 1) held[at] = largest * (v * share);
      power[output]! += v * v;
      unbalanced[output]! += epsilon[channel]! * v * v;
      if (magnitudes) magnitudes[at] = largest * v * v * Math.min(1, variance / most);
    }
    encoding[output] = Math.sqrt((variance * power[output]!) / (end - start));
  }
  const { noise, shot } = noiseOf(p, lightOf(p, power), 1);
  const errors: NoiseTerm[] = [];
  if (p.noise === 'full' && p.output_sigma > 0) errors.push({ kind: 'signal', coefficient: p.output_sigma });
  if (exact) errors.push({ kind: 'abs-power', coefficient: Math.sqrt(most) });
  else if (noisy) errors.push({ kind: 'input-norm', coefficient: encoding });
  return {
    weights: held,
    fullScale,
    magnitudes,
    addendum:
      dispersed && p.input_bits > 0
        ? imbalanceAddendum(p, k, n, epsilon, unbalanced, fullScale, calibration)
        : undefined,
    readout: {
      input: p.input_bits === 0 ? null : inputConverter(p, calibration),
      noise: [...noise, ...errors],
      shot,
      transfer: null,
      output: outputConverter(p, calibration, 1, tiles),
    },
  };
}

/** Dynamically operated coherent dot products on many wavelengths: Lightening-Transformer's DDot crossbar. */
export const ddotLt = opticalKind({
  kind: 'ddot-lt',
  parameters: DDOT,
  derived: { names: ['laser_power', 'link_loss'], of: linkOf },
  anyColumns: true,
  check: checkDdot,
  program,
  execution: streamedLedger,
  programming: storedLedger,
  rating: ddotRating,
});
