import {
  EXP_0,
  EXP_1,
  EXP_2,
  EXP_3,
  EXP_4,
  EXP_5,
  EXP_LEAST,
  EXP_MOST,
  HALF,
  INFINITY,
  LN2_HIGH,
  LN2_LOW,
  LOG2E,
  ONE,
  ROUND,
} from '../../src/digital/slots';
import { constant } from './constant';

/** e^x; `exp` of src/digital/reference/exp.ts is its reference. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const shifted = f32x4.add(f32x4.mul(x, constant(LOG2E)), constant(ROUND));
  const k = f32x4.sub(shifted, constant(ROUND));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, constant(LN2_HIGH))), f32x4.mul(k, constant(LN2_LOW)));
  const z = f32x4.mul(r, r);
  const low = f32x4.add(constant(EXP_0), f32x4.mul(constant(EXP_1), r));
  const middle = f32x4.add(constant(EXP_2), f32x4.mul(constant(EXP_3), r));
  const high = f32x4.add(constant(EXP_4), f32x4.mul(constant(EXP_5), r));
  const q = f32x4.add(low, f32x4.mul(z, f32x4.add(middle, f32x4.mul(z, high))));
  const e = f32x4.add(constant(ONE), f32x4.add(r, f32x4.mul(z, q)));
  // The low bits of `shifted` are k; 0.5 is 2^−1, so the power is 2^(k−1), and e is doubled.
  const power = i32x4.add(i32x4.shl(shifted, 23), constant(HALF));
  const y = f32x4.mul(f32x4.add(e, e), power);
  const above = v128.bitselect(constant(INFINITY), y, f32x4.gt(x, constant(EXP_MOST)));
  return v128.andnot(above, f32x4.lt(x, constant(EXP_LEAST)));
}
