import { pow } from '@ohmlight/tile-engine';
import { bandwidthOf, relativeIntensity } from '../common/detector.js';
import type { Light } from '../common/light.js';
import { detectedPhotons } from '../common/link-budget.js';
import { exposuresOf, type PhaseMask } from './parameters.js';

/**
 * Counts α² of an input of 1 at an output, and R² of the reference there.
 *
 * The laser's share for the inputs is divided among N inputs; each goes to M outputs, and N of them meet in one mode
 * there, which keeps 1/N of each: α² = (1 − share)·n/(N²·M). All inputs in phase are N²·α², all of the output's
 * light. The reference has no such loss, R² = share·n/M; an anchor is one of the inputs, R² = share·n/(N·M).
 */
export function countsOf(p: PhaseMask): { readonly input: number; readonly reference: number } {
  const photons = detectedPhotons(p, 1 / p.symbol_rate);
  const { tile_rows: inputs, array_columns: outputs, reference_share: part } = p;
  const reference = (part * photons) / outputs;
  return {
    input: ((1 - part) * photons) / (inputs * inputs * outputs),
    reference: p.detection === 'three-exposure' ? reference / inputs : reference,
  };
}

/**
 * The difference of counts is 2αR·Re S. Counts of both ports, or of two steps: |S|² + R²; of three exposures
 * 2(|S|² + R²) and 2αR·Re S, which is 0 on average. |S|² is ‖x‖² on average: phases have both signs.
 */
export function lightOf(p: PhaseMask): Light {
  const { input, reference } = countsOf(p);
  const seconds = 1 / p.symbol_rate;
  const intensity = reference * relativeIntensity(p.rin, bandwidthOf(seconds));
  const three = p.detection === 'three-exposure';
  const factor = three ? 2 : 1;
  // |S| ≤ R/2 for any inputs whose power is N or less: the darker port keeps (R/2)²/2.
  const strong = reference >= 4 * input * p.tile_rows;
  return {
    gain: 2 * Math.sqrt(input * reference),
    steady: factor * reference,
    power: factor * input,
    product: 0,
    seconds,
    detectors: exposuresOf(p).noisy,
    steadyIntensity:
      p.detection === 'balanced'
        ? intensity / pow(10, p.common_mode_rejection / 20)
        : intensity * (three ? Math.SQRT2 : Math.SQRT1_2),
    // Three exposures are no two detectors: always Gaussian.
    floor: three ? Infinity : strong ? reference / 8 : 0,
  };
}
