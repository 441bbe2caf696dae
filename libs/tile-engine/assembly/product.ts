/**
 * Exact integer products, and those of the weights' magnitudes. Weights are panels of 8 columns: for each pair of inputs 8 × 2 int16, so that one
 * `i32x4.dot_i16x8_s` multiplies four columns by a pair. Rows are packed in groups of four, for each pair of inputs
 * 4 × 2 int16, or alone; a pair is broadcast to all columns. Sums are int32 and cannot overflow (prepare.ts), so the
 * order of addition does not matter.
 *
 * Two shapes for four rows: 16 columns keep eight 256-bit sums in registers on the wide path; 8 columns keep eight
 * 128-bit sums on the portable one.
 */
/** Weights, or their magnitudes. */
// @ts-ignore: decorator
@inline
function weights(magnitude: bool, w: v128): v128 {
  return magnitude ? i16x8.abs(w) : w;
}

/** Four rows × 16 columns: panels `w` and `w1`, sums to rows `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function fourRowsWide(magnitude: bool, w: usize, w1: usize, x: usize, out: usize, pairs: i32, stride: usize): void {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0),
    a2 = i32x4.splat(0),
    a3 = i32x4.splat(0);
  let b0 = i32x4.splat(0),
    b1 = i32x4.splat(0),
    b2 = i32x4.splat(0),
    b3 = i32x4.splat(0);
  let c0 = i32x4.splat(0),
    c1 = i32x4.splat(0),
    c2 = i32x4.splat(0),
    c3 = i32x4.splat(0);
  let d0 = i32x4.splat(0),
    d1 = i32x4.splat(0),
    d2 = i32x4.splat(0),
    d3 = i32x4.splat(0);
  for (let i = 0; i < pairs; i++) {
    const v0 = weights(magnitude, v128.load(w));
    const v1 = weights(magnitude, v128.load(w, 16));
    const v2 = weights(magnitude, v128.load(w1));
    const v3 = weights(magnitude, v128.load(w1, 16));
    let s = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(v0, s));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(v1, s));
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(v2, s));
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(v3, s));
    s = v128.load32_splat(x, 4);
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(v0, s));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(v1, s));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(v2, s));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(v3, s));
    s = v128.load32_splat(x, 8);
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(v0, s));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(v1, s));
    c2 = i32x4.add(c2, i32x4.dot_i16x8_s(v2, s));
    c3 = i32x4.add(c3, i32x4.dot_i16x8_s(v3, s));
    s = v128.load32_splat(x, 12);
    d0 = i32x4.add(d0, i32x4.dot_i16x8_s(v0, s));
    d1 = i32x4.add(d1, i32x4.dot_i16x8_s(v1, s));
    d2 = i32x4.add(d2, i32x4.dot_i16x8_s(v2, s));
    d3 = i32x4.add(d3, i32x4.dot_i16x8_s(v3, s));
    w += 32;
    w1 += 32;
    x += 16;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  out += stride;
  v128.store(out, b0);
  v128.store(out, b1, 16);
  v128.store(out, b2, 32);
  v128.store(out, b3, 48);
  out += stride;
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  out += stride;
  v128.store(out, d0);
  v128.store(out, d1, 16);
  v128.store(out, d2, 32);
  v128.store(out, d3, 48);
}

/** Four rows × 8 columns. */
// @ts-ignore: decorator
@inline
function fourRows(magnitude: bool, w: usize, x: usize, out: usize, pairs: i32, stride: usize): void {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0);
  let b0 = i32x4.splat(0),
    b1 = i32x4.splat(0);
  let c0 = i32x4.splat(0),
    c1 = i32x4.splat(0);
  let d0 = i32x4.splat(0),
    d1 = i32x4.splat(0);
  for (let i = 0; i < pairs; i++) {
    const v0 = weights(magnitude, v128.load(w));
    const v1 = weights(magnitude, v128.load(w, 16));
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

/** One row × 32 columns: four panels, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function oneRow(magnitude: bool, w: usize, x: usize, out: usize, pairs: i32, stride: usize): void {
  let a0 = i32x4.splat(0),
    a1 = i32x4.splat(0);
  let b0 = i32x4.splat(0),
    b1 = i32x4.splat(0);
  let c0 = i32x4.splat(0),
    c1 = i32x4.splat(0);
  let d0 = i32x4.splat(0),
    d1 = i32x4.splat(0);
  let w1 = w + stride;
  let w2 = w1 + stride;
  let w3 = w2 + stride;
  for (let i = 0; i < pairs; i++) {
    const s = v128.load32_splat(x);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w)), s));
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w, 16)), s));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w1)), s));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w1, 16)), s));
    c0 = i32x4.add(c0, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w2)), s));
    c1 = i32x4.add(c1, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w2, 16)), s));
    d0 = i32x4.add(d0, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w3)), s));
    d1 = i32x4.add(d1, i32x4.dot_i16x8_s(weights(magnitude, v128.load(w3, 16)), s));
    w += 32;
    w1 += 32;
    w2 += 32;
    w3 += 32;
    x += 4;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, b0, 32);
  v128.store(out, b1, 48);
  v128.store(out, c0, 64);
  v128.store(out, c1, 80);
  v128.store(out, d0, 96);
  v128.store(out, d1, 112);
}

// @ts-ignore: decorator
@inline
function multiply(
  magnitude: bool,
  w: usize,
  x: usize,
  out: usize,
  rows: i32,
  columns: i32,
  pairs: i32,
  stride: usize,
  wide: bool,
): void {
  const panel: usize = (<usize>pairs) << 5;
  const rowBytes: usize = (<usize>pairs) << 2;
  const grouped = rows & ~3;
  if (wide)
    for (let c = 0; c < columns; c += 16) {
      const at = w + <usize>(c >> 3) * panel;
      for (let r = 0; r < grouped; r += 4)
        fourRowsWide(
          magnitude,
          at,
          at + panel,
          x + <usize>r * rowBytes,
          out + <usize>r * stride + ((<usize>c) << 2),
          pairs,
          stride,
        );
    }
  else
    for (let c = 0; c < columns; c += 8) {
      const at = w + <usize>(c >> 3) * panel;
      for (let r = 0; r < grouped; r += 4)
        fourRows(magnitude, at, x + <usize>r * rowBytes, out + <usize>r * stride + ((<usize>c) << 2), pairs, stride);
    }
  for (let r = grouped; r < rows; r++)
    for (let c = 0; c < columns; c += 32)
      oneRow(
        magnitude,
        w + <usize>(c >> 3) * panel,
        x + <usize>r * rowBytes,
        out + <usize>r * stride + ((<usize>c) << 2),
        pairs,
        panel,
      );
}

/** Sums of `rows` packed rows and `columns` columns (a multiple of 32): `rows` × `stride` bytes. */
export function product(
  w: usize,
  x: usize,
  out: usize,
  rows: i32,
  columns: i32,
  pairs: i32,
  stride: usize,
  wide: bool,
): void {
  multiply(false, w, x, out, rows, columns, pairs, stride, wide);
}

/** The same of Σ |w|·x, for rows of codes that are not negative. */
export function absProduct(
  w: usize,
  x: usize,
  out: usize,
  rows: i32,
  columns: i32,
  pairs: i32,
  stride: usize,
  wide: bool,
): void {
  multiply(true, w, x, out, rows, columns, pairs, stride, wide);
}
