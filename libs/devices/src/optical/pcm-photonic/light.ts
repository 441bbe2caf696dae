import { intensityLight, type Light } from '../common/light.js';
import { detectedPhotons } from '../common/link-budget.js';
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

/** `intensityLight` of cells P and Q of a weight, which pass at least the floor f. */
export const lightOf = (p: PcmPhotonic, floor: number, columnLight: Float32Array): Light =>
  intensityLight(p, cellCounts(p), 1 - floor, columnLight);
