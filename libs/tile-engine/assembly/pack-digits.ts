/** Weight codes of cells of few levels, straight into the panels that `product` reads: a look-up by digit. */
import { codes } from './pack-codes';

/** Codes of four values, as i16 in lanes 0 to 3; the others are 0. */
// @ts-ignore: decorator
@inline
function four(values: usize, full: v128, limit: v128): v128 {
  const all = v128.load(values);
  const lower = codes(all, full, limit),
    upper = codes(v128.shuffle<i32>(all, all, 2, 3, 2, 3), full, limit);
  return i16x8.narrow_i32x4_s(v128.shuffle<i32>(lower, upper, 0, 1, 4, 5), i32x4.splat(0));
}

/** Codes of eight digits, as i16, from a table's low bytes and its high ones. */
// @ts-ignore: decorator
@inline
function lookedUp(digits: v128, low: v128, high: v128): v128 {
  // An index beyond a register gives 0.
  return v128.or(
    i8x16.swizzle(low, v128.or(digits, i16x8.splat(<i16>0xff00))),
    i8x16.swizzle(high, v128.or(i16x8.shl(digits, 8), i16x8.splat(0xff))),
  );
}

/**
 * A panel of up to 8 columns: for each pair of inputs 8 × 2 codes, 0 where there is no column or no input.
 *
 * @param weights u16 of the first column, the others `stride` bytes apart, of which the digit is `bits` bits, 1 to 4,
 *   from bit `shift` on, below 16
 * @param values f32 of the first column, 2^bits of them, the others `valueStride` bytes apart; four are read at least
 * @param scales f32, the full scales of the columns
 */
export function packDigits(
  to: usize,
  weights: usize,
  stride: i32,
  columns: i32,
  inputs: i32,
  shift: i32,
  bits: i32,
  values: usize,
  valueStride: i32,
  scales: usize,
  limit: i32,
): void {
  memory.fill(to, 0, <usize>((inputs + 1) >> 1) << 5);
  const most = f64x2.splat(<f64>limit),
    mask = i16x8.splat(<i16>(<i32>(1 << bits) - 1));
  for (let column = 0; column < columns; column++, to += 4, weights += stride, values += valueStride, scales += 4) {
    const scale = <f64>load<f32>(scales);
    if (scale == 0) continue;
    const full = f64x2.splat(scale);
    let lower = four(values, full, most),
      upper = i16x8.splat(0);
    if (bits > 2) lower = v128.shuffle<i64>(lower, four(values + 16, full, most), 0, 2);
    if (bits > 3)
      upper = v128.shuffle<i64>(four(values + 32, full, most), four(values + 48, full, most), 0, 2);
    const low = v128.shuffle<i8>(lower, upper, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
      high = v128.shuffle<i8>(lower, upper, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    let at = to,
      from = weights,
      i = 0;
    for (; i + 8 <= inputs; i += 8, at += 128, from += 16) {
      const eight = lookedUp(v128.and(i16x8.shr_u(v128.load(from), shift), mask), low, high);
      v128.store32_lane(at, eight, 0);
      v128.store32_lane(at, eight, 1, 32);
      v128.store32_lane(at, eight, 2, 64);
      v128.store32_lane(at, eight, 3, 96);
    }
    for (; i < inputs; i++, from += 2) {
      const one = lookedUp(v128.and(i16x8.shr_u(v128.load16_splat(from), shift), mask), low, high);
      store<i16>(at + (<usize>((i & 7) >> 1) << 5) + (<usize>(i & 1) << 1), i16x8.extract_lane_s(one, 0));
    }
  }
}
