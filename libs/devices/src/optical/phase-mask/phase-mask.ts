import type { NoiseTerm } from '@ohmlight/tile-engine';
import { inputConverter, outputConverter } from '../common/converters.js';
import { type ArrayWork, executionLedger, programmingLedger } from '../common/cost.js';
import { noiseOf } from '../common/light.js';
import { type OpticalArray, opticalKind } from '../common/optical-device.js';
import { PER_CELL, staticDraws } from '../common/static-draws.js';
import { type ArrayWeights, columnTiles, tilesOf } from '../common/tiles.js';
import { lightOf } from './light.js';
import { checkPhaseMask, exposuresOf, PHASE_MASK, type PhaseMask } from './parameters.js';
import { jitterGain, jitterVariance, PhaseLevels, phaseShift } from './phases.js';

/** A weight is a phase of 16 bit or less, its sign chosen at random. */
const workOf = (p: PhaseMask): Omit<ArrayWork, 'k' | 'n' | 'rows'> => ({
  readings: exposuresOf(p).readings,
  conversions: p.detection === 'balanced' ? 1 : exposuresOf(p).readings,
  detectors: p.detection === 'balanced' ? 2 : 1,
  amplifiers: 1,
  cellsPerWeight: 1,
  weightBytes: p.weight_bits > 8 ? 2 : 1,
});

/** Variance that the phase noise of a weight adds to its product, over x²: jitter, and drift of the reference. */
function phaseVariance(p: PhaseMask): (w: number) => number {
  const drift = p.detection === 'four-step' ? 0 : p.phase_drift * p.phase_drift;
  const jitter = jitterVariance(p.phase_jitter);
  return (w) => jitter(w) + drift * (1 - w * w);
}

/** Freezes the phases: w_max·(cos(φ + δ))·e^(−jitter²/2), φ the nearest of the mask's levels. */
function program(p: PhaseMask, shard: ArrayWeights, calibration: object): OpticalArray {
  const { k, n, weights } = shard;
  const tiles = tilesOf(k, p.tile_rows);
  const levels = p.weight_bits === 0 ? null : new PhaseLevels(p.weight_bits);
  const draws = staticDraws(shard);
  const gain = jitterGain(p.phase_jitter);
  // Cosines have no more than 1.
  const held = weights.slice();
  const fullScale = new Float32Array(tiles * n);
  // A weight of 0 has the most.
  const varianceOf = phaseVariance(p);
  const most = varianceOf(0);
  const noisy = p.noise === 'full' && most > 0;
  const magnitudes = noisy && p.variance === 'exact' ? new Float32Array(n * k) : undefined;
  const means = new Float32Array(tiles * n);
  for (const { column, start, end, largest, output } of columnTiles(shard, p.tile_rows)) {
    fullScale[output] = largest;
    if (largest === 0) continue;
    const z = p.phase_error > 0 ? draws.cells(column, start, end) : null;
    let sum = 0;
    for (let i = start, at = column * k + start; i < end; i++, at++) {
      const v = weights[at]! / largest;
      const level = levels ? levels.nearest(v) : v;
      const shift = z ? phaseShift(level, p.phase_error * z[(i - start) * PER_CELL]!) : 0;
      if (levels || shift !== 0 || gain !== 1) held[at] = largest * ((level + shift) * gain);
      if (!noisy) continue;
      const variance = varianceOf(level);
      sum += variance;
      if (magnitudes) magnitudes[at] = largest * (variance / most);
    }
    means[output] = sum / (end - start);
  }
  const { noise, shot } = noiseOf(p, lightOf(p), 1);
  const phase: NoiseTerm[] = !noisy
    ? []
    : magnitudes
      ? [{ kind: 'abs-power', coefficient: Math.sqrt(most) }]
      : [{ kind: 'input-norm', coefficient: means.map(Math.sqrt) }];
  return {
    weights: held,
    fullScale,
    magnitudes,
    readout: {
      input: p.input_bits === 0 ? null : inputConverter(p, calibration),
      noise: [...noise, ...phase],
      shot,
      transfer: null,
      output: outputConverter(p, calibration, 1, tiles),
    },
  };
}

/** Phases of a mask under coherent light: I = |Σ x·e^{iφ}|² as a signed product. */
export const phaseMask = opticalKind({
  kind: 'phase-mask',
  parameters: PHASE_MASK,
  check: checkPhaseMask,
  program,
  execution: (p, work) => executionLedger(p, { ...workOf(p), ...work }),
  programming: (p, work) => programmingLedger(p, { ...workOf(p), ...work }),
});
