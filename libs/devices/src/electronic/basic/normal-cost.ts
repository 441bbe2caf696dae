import { staticSource } from '@ohmlight/tile-engine';
import type { MatrixCost } from '../../device.js';
import { type Ends, withBand } from '../../profile/band.js';
import type { ValuesOf } from '../../profile/quantity.js';
import { memoised, normalRows, normalWeights } from '../normal-operands.js';
import { drivenConductance, executionLedger, programmingLedger } from './crossbar-cost.js';
import type { CrossbarParameters } from './parameters.js';
import { programCrossbar } from './program-crossbar.js';

type Values = ValuesOf<CrossbarParameters>;

/** Cost by shape: a tile of normal weights stands for all tiles, rows of normal activations for all rows. */
export function normalCost(p: Values, ends: Ends<Values>): (k: number, n: number, rows: number) => MatrixCost {
  const columns = p.tile_columns;
  const conductanceOf = memoised((k: number) => {
    const source = staticSource(0n, 'normal operands');
    const { rowConductance } = programCrossbar(p, normalWeights(k, columns), k, columns, 0, source);
    return rowConductance.reduce((sum, g) => sum + g, 0) / (k * columns);
  });
  const shapeOf = (k: number, n: number) => ({
    k,
    n,
    rowConductance: new Float64Array(k).fill(n * conductanceOf(Math.min(k, p.tile_rows))),
  });
  /** Driven conductance of a row and an output, S. */
  const drivenOf = memoised((k: number) => {
    const batch = normalRows(k);
    return drivenConductance(p, shapeOf(k, 1), batch) / batch.rows;
  });
  const none = { x: new Float32Array(), seeds: new BigUint64Array(), positions: new Uint32Array() };
  return (k, n, rows) => {
    const driven = rows * n * drivenOf(k);
    return {
      execution: withBand(p, ends, (q) => executionLedger(q, shapeOf(k, n), { ...none, rows }, driven)),
      programming: withBand(p, ends, (q) => programmingLedger(q, k, n)),
    };
  };
}
