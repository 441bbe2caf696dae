/** Σ |w|·x over pairs of inputs: rows of codes that are not negative with the magnitudes of the weights. */

/** One row × 8 columns. */
function oneMagnitudeRow(w: usize, x: usize, out: usize, pairs: i32): void {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0);
  for (let i = 0; i < pairs; i++) {
    const s = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(i16x8.abs(v128.load(w)), s));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(i16x8.abs(v128.load(w, 16)), s));
    w += 32;
    x += 4;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
}

/** Four rows × 8 columns. */
function fourMagnitudeRows(w: usize, x: usize, out: usize, pairs: i32, stride: usize): void {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0);
  let b0 = i32x4.splat(0),
    b1 = i32x4.splat(0);
  let c0 = i32x4.splat(0),
    c1 = i32x4.splat(0);
  let d0 = i32x4.splat(0),
    d1 = i32x4.splat(0);
  for (let i = 0; i < pairs; i++) {
    const v0 = i16x8.abs(v128.load(w)),
      v1 = i16x8.abs(v128.load(w, 16));
    let s = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v0, s));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v1, s));
    s = v128.load32_splat(x, 4);
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v0, s));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v1, s));
    s = v128.load32_splat(x, 8);
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(v0, s));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(v1, s));
    s = v128.load32_splat(x, 12);
    d0 = i32x4.add(d0, i32x4.dot_i16x8_s(v0, s));
    d1 = i32x4.add(d1, i32x4.dot_i16x8_s(v1, s));
    w += 32;
    x += 16;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  out += stride;
  v128.store(out, b0);
  v128.store(out, b1, 16);
  out += stride;
  v128.store(out, c0);
  v128.store(out, c1, 16);
  out += stride;
  v128.store(out, d0);
  v128.store(out, d1, 16);
}

/** Sums of `rows` packed rows, as `product` of product.ts. */
export function absProduct(w: usize, x: usize, out: usize, rows: i32, columns: i32, pairs: i32, stride: usize): void {
  const panel: usize = (<usize>pairs) << 5;
  const rowBytes: usize = (<usize>pairs) << 2;
  const grouped = rows & ~3;
  for (let c = 0; c < columns; c += 8) {
    const at = w + <usize>(c >> 3) * panel;
    const to = out + ((<usize>c) << 2);
    for (let r = 0; r < grouped; r += 4)
      fourMagnitudeRows(at, x + <usize>r * rowBytes, to + <usize>r * stride, pairs, stride);
    for (let r = grouped; r < rows; r++) oneMagnitudeRow(at, x + <usize>r * rowBytes, to + <usize>r * stride, pairs);
  }
}
