/**
 * f32 products, added to `out`: each output is one sum over ascending inputs in its own lane, so that how rows and
 * columns are grouped changes speed, not bits. Weights are panels of 8 columns, for each input 8 f32; rows are
 * packed in groups of four, for each input 4 f32, or alone.
 */
/** Four rows × 16 columns: panels `w` and `w1`, outputs in rows `stride` bytes apart. */
export function fourFloatRowsWide(w: usize, w1: usize, x: usize, out: usize, inputs: i32, stride: usize): void {
  let a0 = f32x4.splat(0),
    a1 = f32x4.splat(0),
    a2 = f32x4.splat(0),
    a3 = f32x4.splat(0);
  let b0 = f32x4.splat(0),
    b1 = f32x4.splat(0),
    b2 = f32x4.splat(0),
    b3 = f32x4.splat(0);
  let c0 = f32x4.splat(0),
    c1 = f32x4.splat(0),
    c2 = f32x4.splat(0),
    c3 = f32x4.splat(0);
  let d0 = f32x4.splat(0),
    d1 = f32x4.splat(0),
    d2 = f32x4.splat(0),
    d3 = f32x4.splat(0);
  for (let i = 0; i < inputs; i++) {
    const v0 = v128.load(w);
    const v1 = v128.load(w, 16);
    const v2 = v128.load(w1);
    const v3 = v128.load(w1, 16);
    let s = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(v0, s));
    a1 = f32x4.add(a1, f32x4.mul(v1, s));
    a2 = f32x4.add(a2, f32x4.mul(v2, s));
    a3 = f32x4.add(a3, f32x4.mul(v3, s));
    s = v128.load32_splat(x, 4);
    b0 = f32x4.add(b0, f32x4.mul(v0, s));
    b1 = f32x4.add(b1, f32x4.mul(v1, s));
    b2 = f32x4.add(b2, f32x4.mul(v2, s));
    b3 = f32x4.add(b3, f32x4.mul(v3, s));
    s = v128.load32_splat(x, 8);
    c0 = f32x4.add(c0, f32x4.mul(v0, s));
    c1 = f32x4.add(c1, f32x4.mul(v1, s));
    c2 = f32x4.add(c2, f32x4.mul(v2, s));
    c3 = f32x4.add(c3, f32x4.mul(v3, s));
    s = v128.load32_splat(x, 12);
    d0 = f32x4.add(d0, f32x4.mul(v0, s));
    d1 = f32x4.add(d1, f32x4.mul(v1, s));
    d2 = f32x4.add(d2, f32x4.mul(v2, s));
    d3 = f32x4.add(d3, f32x4.mul(v3, s));
    w += 32;
    w1 += 32;
    x += 16;
  }
  a0 = f32x4.add(v128.load(out), a0);
  a1 = f32x4.add(v128.load(out, 16), a1);
  a2 = f32x4.add(v128.load(out, 32), a2);
  a3 = f32x4.add(v128.load(out, 48), a3);
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  out += stride;
  b0 = f32x4.add(v128.load(out), b0);
  b1 = f32x4.add(v128.load(out, 16), b1);
  b2 = f32x4.add(v128.load(out, 32), b2);
  b3 = f32x4.add(v128.load(out, 48), b3);
  v128.store(out, b0);
  v128.store(out, b1, 16);
  v128.store(out, b2, 32);
  v128.store(out, b3, 48);
  out += stride;
  c0 = f32x4.add(v128.load(out), c0);
  c1 = f32x4.add(v128.load(out, 16), c1);
  c2 = f32x4.add(v128.load(out, 32), c2);
  c3 = f32x4.add(v128.load(out, 48), c3);
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
  out += stride;
  d0 = f32x4.add(v128.load(out), d0);
  d1 = f32x4.add(v128.load(out, 16), d1);
  d2 = f32x4.add(v128.load(out, 32), d2);
  d3 = f32x4.add(v128.load(out, 48), d3);
  v128.store(out, d0);
  v128.store(out, d1, 16);
  v128.store(out, d2, 32);
  v128.store(out, d3, 48);
}

/** Four rows × 8 columns. */
export function fourFloatRows(w: usize, x: usize, out: usize, inputs: i32, stride: usize): void {
  let a0 = f32x4.splat(0),
    a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0),
    b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0),
    c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0),
    d1 = f32x4.splat(0);
  for (let i = 0; i < inputs; i++) {
    const v0 = v128.load(w);
    const v1 = v128.load(w, 16);
    let s = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(v0, s));
    a1 = f32x4.add(a1, f32x4.mul(v1, s));
    s = v128.load32_splat(x, 4);
    b0 = f32x4.add(b0, f32x4.mul(v0, s));
    b1 = f32x4.add(b1, f32x4.mul(v1, s));
    s = v128.load32_splat(x, 8);
    c0 = f32x4.add(c0, f32x4.mul(v0, s));
    c1 = f32x4.add(c1, f32x4.mul(v1, s));
    s = v128.load32_splat(x, 12);
    d0 = f32x4.add(d0, f32x4.mul(v0, s));
    d1 = f32x4.add(d1, f32x4.mul(v1, s));
    w += 32;
    x += 16;
  }
  a0 = f32x4.add(v128.load(out), a0);
  a1 = f32x4.add(v128.load(out, 16), a1);
  v128.store(out, a0);
  v128.store(out, a1, 16);
  out += stride;
  b0 = f32x4.add(v128.load(out), b0);
  b1 = f32x4.add(v128.load(out, 16), b1);
  v128.store(out, b0);
  v128.store(out, b1, 16);
  out += stride;
  c0 = f32x4.add(v128.load(out), c0);
  c1 = f32x4.add(v128.load(out, 16), c1);
  v128.store(out, c0);
  v128.store(out, c1, 16);
  out += stride;
  d0 = f32x4.add(v128.load(out), d0);
  d1 = f32x4.add(v128.load(out, 16), d1);
  v128.store(out, d0);
  v128.store(out, d1, 16);
}

/** One row × 32 columns: four panels, `stride` bytes apart. */
export function oneFloatRow(w: usize, x: usize, out: usize, inputs: i32, stride: usize): void {
  let a0 = f32x4.splat(0),
    a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0),
    b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0),
    c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0),
    d1 = f32x4.splat(0);
  let w1 = w + stride;
  let w2 = w1 + stride;
  let w3 = w2 + stride;
  for (let i = 0; i < inputs; i++) {
    const s = v128.load32_splat(x);
    a0 = f32x4.add(a0, f32x4.mul(v128.load(w), s));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(w, 16), s));
    b0 = f32x4.add(b0, f32x4.mul(v128.load(w1), s));
    b1 = f32x4.add(b1, f32x4.mul(v128.load(w1, 16), s));
    c0 = f32x4.add(c0, f32x4.mul(v128.load(w2), s));
    c1 = f32x4.add(c1, f32x4.mul(v128.load(w2, 16), s));
    d0 = f32x4.add(d0, f32x4.mul(v128.load(w3), s));
    d1 = f32x4.add(d1, f32x4.mul(v128.load(w3, 16), s));
    w += 32;
    w1 += 32;
    w2 += 32;
    w3 += 32;
    x += 4;
  }
  a0 = f32x4.add(v128.load(out), a0);
  a1 = f32x4.add(v128.load(out, 16), a1);
  b0 = f32x4.add(v128.load(out, 32), b0);
  b1 = f32x4.add(v128.load(out, 48), b1);
  c0 = f32x4.add(v128.load(out, 64), c0);
  c1 = f32x4.add(v128.load(out, 80), c1);
  d0 = f32x4.add(v128.load(out, 96), d0);
  d1 = f32x4.add(v128.load(out, 112), d1);
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, b0, 32);
  v128.store(out, b1, 48);
  v128.store(out, c0, 64);
  v128.store(out, c1, 80);
  v128.store(out, d0, 96);
  v128.store(out, d1, 112);
}

/**
 * One block of inputs of a matrix: adds its products to rows × `stride` bytes. `columns` is a multiple of 32; row r of
 * a block starts at x + r·rowBytes.
 */
export function floatProduct(
  w: usize,
  x: usize,
  out: usize,
  rows: i32,
  columns: i32,
  inputs: i32,
  stride: usize,
  wide: bool,
): void {
  const panel: usize = (<usize>inputs) << 5;
  const rowBytes: usize = (<usize>inputs) << 2;
  const grouped = rows & ~3;
  if (wide)
    for (let c = 0; c < columns; c += 16) {
      const at = w + <usize>(c >> 3) * panel;
      for (let r = 0; r < grouped; r += 4)
        fourFloatRowsWide(
          at,
          at + panel,
          x + <usize>r * rowBytes,
          out + <usize>r * stride + ((<usize>c) << 2),
          inputs,
          stride,
        );
    }
  else
    for (let c = 0; c < columns; c += 8) {
      const at = w + <usize>(c >> 3) * panel;
      for (let r = 0; r < grouped; r += 4)
        fourFloatRows(at, x + <usize>r * rowBytes, out + <usize>r * stride + ((<usize>c) << 2), inputs, stride);
    }
  for (let r = grouped; r < rows; r++)
    for (let c = 0; c < columns; c += 32)
      oneFloatRow(
        w + <usize>(c >> 3) * panel,
        x + <usize>r * rowBytes,
        out + <usize>r * stride + ((<usize>c) << 2),
        inputs,
        panel,
      );
}
