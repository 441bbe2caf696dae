/** Products of a chain's second matrix: int16 weights with f32 voltages, each output one sum over ascending inputs. */

// @ts-ignore: decorator
@inline
function weightsOf(w: v128, odd: bool, kind: i32): v128 {
  const codes = f32x4.convert_i32x4_s(i32x4.shr_s(odd ? w : i32x4.shl(w, 16), 16));
  return kind == 0 ? codes : f32x4.abs(codes);
}

/**
 * One row: `kind` 0 sums w·v, 1 sums |w|·|v|, 2 sums |w|·v². Panels lie (inputs + 1 >> 1) × 32 bytes apart; the
 * second weight of a last pair that is none is zero.
 */
export function voltageSums(w: usize, v: usize, out: usize, columns: i32, inputs: i32, kind: i32): void {
  const panel = <usize>((inputs + 1) >> 1) << 5;
  for (let c = 0; c < columns; c += 8) {
    let at = w + <usize>(c >> 3) * panel;
    let a0 = f32x4.splat(0),
      a1 = f32x4.splat(0);
    for (let i = 0; i < inputs; i += 2) {
      const w0 = v128.load(at),
        w1 = v128.load(at, 16);
      let s = v128.load32_splat(v + (<usize>i << 2));
      if (kind == 1) s = f32x4.abs(s);
      else if (kind == 2) s = f32x4.mul(s, s);
      a0 = f32x4.add(a0, f32x4.mul(weightsOf(w0, false, kind), s));
      a1 = f32x4.add(a1, f32x4.mul(weightsOf(w1, false, kind), s));
      if (i + 1 < inputs) {
        s = v128.load32_splat(v + (<usize>i << 2), 4);
        if (kind == 1) s = f32x4.abs(s);
        else if (kind == 2) s = f32x4.mul(s, s);
        a0 = f32x4.add(a0, f32x4.mul(weightsOf(w0, true, kind), s));
        a1 = f32x4.add(a1, f32x4.mul(weightsOf(w1, true, kind), s));
      }
      at += 32;
    }
    const to = out + (<usize>c << 2);
    v128.store(to, a0);
    v128.store(to, a1, 16);
  }
}
