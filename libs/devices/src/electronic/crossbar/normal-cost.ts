import type { MatrixCost } from '../../device.js';
import { type Ends, withBand } from '../../profile/band.js';
import { memoised, normalRows, normalWeights } from '../normal-operands.js';
import { crossbarArray } from './array.js';
import type { Cell } from './cell.js';
import { type ArrayShape, drivenConductance, executionLedger, programmingLedger } from './cost.js';
import { mappingOf } from './mapping.js';
import type { Frame } from './parameters.js';

/**
 * Cost by shape: one tile of normal weights is programmed and brought to the age of a reading, and stands for all; rows of
 * normal activations drive it. Lines that float settle slower in a tile of few inputs: there the last tile has one of its
 * own. What does not follow from operands is exact.
 */
export function normalCost(
  p: Frame,
  cell: Cell,
  ends: Ends<Frame>,
): (k: number, n: number, rows: number) => MatrixCost {
  const mapping = mappingOf(p);
  const columns = p.tile_columns;
  // Wires change what lines give, not what their cells draw.
  const wireless: Frame = { ...p, wire_model: 'none' };
  const tileOf = memoised((k: number) => {
    const array = crossbarArray(wireless, cell, {
      k,
      n: columns,
      columnStart: 0,
      weights: normalWeights(k, columns),
      chipSeed: 0n,
      matrix: 'normal operands',
    });
    const conductance = array.at(p.read_time).rowConductance.reduce((sum, g) => sum + g, 0) / (k * columns);
    return { conductance, pulses: array.pulses() };
  });
  const shapeOf = (k: number, n: number): ArrayShape => {
    const { conductance } = tileOf(Math.min(k, p.tile_rows));
    const rowConductance = new Float64Array(k).fill(n * conductance);
    const rest = k % p.tile_rows;
    if (p.sense === 'voltage' && rest > 0) rowConductance.fill(n * tileOf(rest).conductance, k - rest);
    return { k, n, mapping, rowConductance, calibration: {} };
  };
  /** Driven conductance of a row and an output, S. */
  const drivenOf = memoised((k: number) => {
    const batch = normalRows(k);
    return drivenConductance(p, shapeOf(k, 1), batch) / batch.rows;
  });
  const none = { x: new Float32Array(), seeds: new BigUint64Array(), positions: new Uint32Array() };
  return (k, n, rows) => {
    const shape = shapeOf(k, n);
    const driven = rows * n * drivenOf(k);
    const tileRows = Math.min(k, p.tile_rows);
    const { total, sequential } = tileOf(tileRows).pulses;
    const pulses = { total: (total * k * n) / (tileRows * columns), sequential };
    return {
      execution: withBand(p, ends, (q) => executionLedger(q, shape, { ...none, rows }, driven)),
      programming: withBand(p, ends, (q) => programmingLedger(q, k, n, pulses)),
    };
  };
}
