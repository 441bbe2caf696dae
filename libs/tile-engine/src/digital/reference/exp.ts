import { CONSTANTS as C } from '../constants.js';

const f32 = Math.fround;
const word = new DataView(new ArrayBuffer(4));

/**
 * e^x in f32, within 1 ulp: x = k·ln 2 + r with |r| ≤ ½ ln 2, e^x = 2^k · e^r, e^r by a polynomial of degree 7.
 * 0 below −86.9, ∞ above 88.72283, NaN for NaN.
 */
export function exp(x: number): number {
  if (x < C.EXP_LEAST) return 0;
  if (x > C.EXP_MOST) return Infinity;
  const shifted = f32(f32(x * C.LOG2E) + C.ROUND);
  const k = f32(shifted - C.ROUND);
  const r = f32(f32(x - f32(k * C.LN2_HIGH)) - f32(k * C.LN2_LOW));
  const z = f32(r * r);
  const low = f32(C.EXP_0 + f32(C.EXP_1 * r));
  const middle = f32(C.EXP_2 + f32(C.EXP_3 * r));
  const high = f32(C.EXP_4 + f32(C.EXP_5 * r));
  const q = f32(low + f32(z * f32(middle + f32(z * high))));
  const e = f32(1 + f32(r + f32(z * q)));
  // 2^128 is no f32: the power is 2^(k−1), and e is doubled.
  word.setInt32(0, (k + 126) << 23);
  return f32(f32(e + e) * word.getFloat32(0));
}
