import type { Light } from '../common/light.js';
import { detectedPhotons, transmission } from '../common/link-budget.js';
import type { PcmPhotonic } from './parameters.js';

/**
 * Counts of an input of 1 through an open cell. The laser is divided among N inputs, each input among 2M cells, the rails of
 * M outputs; where couplers combine the N inputs of a column, each passes 1/N into it.
 */
export function cellCounts(p: PcmPhotonic): number {
  const { tile_rows: inputs, array_columns: outputs } = p;
  const combining = p.column_combining === 'couplers' ? inputs : 1;
  return detectedPhotons(p, 1 / p.symbol_rate) / (inputs * 2 * outputs * combining);
}

/**
 * A product of 1 makes n·(1 − f)(1 − ε) counts of difference, ε of shut inputs and f of the floor; both rails have
 * n·Σ(P + Q)·(ε + (1 − ε)·x). `columnLight` is Σ(P + Q) of each output.
 */
export function lightOf(p: PcmPhotonic, floor: number, columnLight: Float32Array): Light {
  const counts = cellCounts(p);
  const dark = transmission(p.extinction_ratio);
  return {
    gain: counts * (1 - floor) * (1 - dark),
    steady: columnLight.map((light) => counts * dark * light),
    power: 0,
    product: counts * (1 - dark),
    seconds: 1 / p.symbol_rate,
    detectors: 2,
    steadyIntensity: 0,
    floor: 0,
  };
}
