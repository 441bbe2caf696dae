/** Weight codes of src/quantise.ts, straight into the panels that `product` reads. */

/** Adding and subtracting 1.5·2^52 rounds half to even. */
const WHOLE: f64 = 6755399441055744;

// @ts-ignore: decorator
@inline
export function codes(weights: v128, full: v128, limit: v128): v128 {
  const value = f64x2.mul(f64x2.div(f64x2.promote_low_f32x4(weights), full), limit);
  const whole = f64x2.sub(f64x2.add(value, f64x2.splat(WHOLE)), f64x2.splat(WHOLE));
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.pmin(limit, f64x2.pmax(f64x2.neg(limit), whole)));
}

/**
 * A panel of up to 8 columns: for each pair of inputs 8 × 2 codes, 0 where there is no column or no input.
 *
 * @param weights f32 of the first column, the others `stride` bytes apart
 * @param scales f32, the full scales of the columns
 */
export function packCodes(
  to: usize,
  weights: usize,
  stride: i32,
  columns: i32,
  inputs: i32,
  scales: usize,
  limit: i32,
): void {
  memory.fill(to, 0, <usize>((inputs + 1) >> 1) << 5);
  const most = f64x2.splat(<f64>limit);
  for (let column = 0; column < columns; column++, to += 4, weights += stride, scales += 4) {
    const scale = <f64>load<f32>(scales);
    if (scale == 0) continue;
    const full = f64x2.splat(scale);
    let at = to,
      from = weights,
      i = 0;
    for (; i + 4 <= inputs; i += 4, at += 64, from += 16) {
      const four = v128.load(from);
      const lower = codes(four, full, most),
        upper = codes(v128.shuffle<i32>(four, four, 2, 3, 2, 3), full, most);
      const packed = i16x8.narrow_i32x4_s(v128.shuffle<i32>(lower, upper, 0, 1, 4, 5), lower);
      v128.store32_lane(at, packed, 0);
      v128.store32_lane(at, packed, 1, 32);
    }
    for (; i < inputs; i++, from += 4)
      store<i16>(
        at + (<usize>((i & 3) >> 1) << 5) + (<usize>(i & 1) << 1),
        <i16>i32x4.extract_lane(codes(v128.load32_zero(from), full, most), 0),
      );
  }
}
