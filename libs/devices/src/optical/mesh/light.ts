import { pow } from '@ohmlight/tile-engine';
import { bandwidthOf, relativeIntensity } from '../common/detector.js';
import type { Light } from '../common/light.js';
import { detectedPhotons, transmission } from '../common/link-budget.js';
import type { MeshParameters } from './parameters.js';
import { meanPath } from './weight-array.js';

/**
 * Counts α² of an input of 1 at an output through a transmission of 1, and R² of the reference at an output.
 *
 * Unitaries spread light and lose none: the inputs' share of the laser is divided among N inputs, and passes 2(N − 1) + 1
 * interferometers on average. The reference does not pass the meshes and is divided among N outputs.
 */
export function countsOf(p: MeshParameters): { readonly input: number; readonly reference: number } {
  const photons = detectedPhotons(p, 1 / p.symbol_rate);
  const { tile_rows: modes, reference_share: part, mzi_loss } = p;
  return {
    input: ((1 - part) * photons * transmission(mzi_loss * meanPath(modes))) / modes,
    reference: (part * photons) / modes,
  };
}

/**
 * Balanced homodyne detection: the difference of both ports is 2αR·Re y, their sum |y|² + R². |y|² is ‖v_i‖²‖x‖²/N for
 * unrelated operands; `power` is ‖v_i‖² of each output, v = W/‖W‖₂.
 */
export function lightOf(p: MeshParameters, power: Float32Array): Light {
  const { input, reference } = countsOf(p);
  const seconds = 1 / p.symbol_rate;
  return {
    gain: 2 * Math.sqrt(input * reference),
    steady: reference,
    power: power.map((square) => (input * square) / p.tile_rows),
    product: 0,
    seconds,
    detectors: 2,
    steadyIntensity:
      (reference * relativeIntensity(p.rin, bandwidthOf(seconds))) / pow(10, p.common_mode_rejection / 20),
    // The brighter port has R²/2 or more. Few counts in the other one add next to nothing to its noise.
    floor: reference / 2,
  };
}
