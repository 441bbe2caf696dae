import { COS, LN, SIN, SQRT_HALF_BITS } from '../draws/coefficients.js';
import {
  C_COS,
  C_HALF,
  C_LANES,
  C_LN,
  C_LN2,
  C_MINUS_TWO,
  C_ONE,
  C_ROUND,
  C_ROUND_BITS,
  C_SIN,
  C_SQRT_HALF_BITS,
  C_STEP,
  C_THIRTY_ONE,
  C_TWO_TO_MINUS_31,
  C_ZERO,
  CONSTANTS,
} from './layout.js';

const ROUND = 12_582_912;

/** Writes the tile engine's constants to the kernels' memory. */
export function writeConstants(buffer: SharedArrayBuffer): void {
  const view = new DataView(buffer, CONSTANTS);
  const lanes = (offset: number, write: (at: number) => void): void => {
    for (let at = offset; at < offset + C_STEP; at += 4) write(at);
  };
  const floats = (offset: number, ...values: readonly number[]): void =>
    values.forEach((value, i) => lanes(offset + C_STEP * i, (at) => view.setFloat32(at, value, true)));
  const word = (offset: number, value: number): void => lanes(offset, (at) => view.setInt32(at, value, true));
  floats(C_HALF, 0.5);
  floats(C_ONE, 1);
  floats(C_LN, ...LN);
  floats(C_THIRTY_ONE, 31);
  floats(C_LN2, Math.LN2);
  floats(C_ZERO, 0);
  floats(C_MINUS_TWO, -2);
  floats(C_TWO_TO_MINUS_31, 2 ** -31);
  floats(C_SIN, ...SIN);
  floats(C_COS, ...COS);
  floats(C_ROUND, ROUND);
  word(C_SQRT_HALF_BITS, SQRT_HALF_BITS);
  word(C_ROUND_BITS, view.getInt32(C_ROUND, true));
  for (let lane = 0; lane < 8; lane++) view.setInt32(C_LANES + 4 * lane, lane, true);
}
