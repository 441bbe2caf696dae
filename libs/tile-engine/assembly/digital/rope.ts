/**
 * Turns heads by one position: `low' = low · cos − high · sin`, `high' = high · cos + low · sin`, where value i of
 * a head turns with value i + half.
 * @param source heads × 2·half; `target` likewise, and not the same.
 * @param cosines `half` cosines of the position; `sines` likewise.
 */
export function turn(source: usize, cosines: usize, sines: usize, target: usize, heads: i32, half: i32): void {
  const whole = (<usize>(half & ~7)) << 2;
  const bytes = (<usize>half) << 2;
  for (let head = 0; head < heads; head++) {
    const high = source + bytes;
    const highTarget = target + bytes;
    let i: usize = 0;
    for (; i < whole; i += 32) {
      const c0 = v128.load(cosines + i);
      const c1 = v128.load(cosines + i, 16);
      const s0 = v128.load(sines + i);
      const s1 = v128.load(sines + i, 16);
      const l0 = v128.load(source + i);
      const l1 = v128.load(source + i, 16);
      const h0 = v128.load(high + i);
      const h1 = v128.load(high + i, 16);
      v128.store(target + i, f32x4.sub(f32x4.mul(l0, c0), f32x4.mul(h0, s0)));
      v128.store(target + i, f32x4.sub(f32x4.mul(l1, c1), f32x4.mul(h1, s1)), 16);
      v128.store(highTarget + i, f32x4.add(f32x4.mul(h0, c0), f32x4.mul(l0, s0)));
      v128.store(highTarget + i, f32x4.add(f32x4.mul(h1, c1), f32x4.mul(l1, s1)), 16);
    }
    for (; i < bytes; i += 4) {
      const cos = load<f32>(cosines + i);
      const sin = load<f32>(sines + i);
      const low = load<f32>(source + i);
      const top = load<f32>(high + i);
      store<f32>(target + i, low * cos - top * sin);
      store<f32>(highTarget + i, top * cos + low * sin);
    }
    source += 2 * bytes;
    target += 2 * bytes;
  }
}
