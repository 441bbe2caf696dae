/**
 * Products of f32 weights and rows, summed in f64 over ascending k: each output alone, so that how rows and columns
 * are grouped changes speed, not bits. A product of two f32 is exact in f64. Weights are row-major n × k.
 *
 * The loops repeat those of the integer product because V8 compiles a loop well for one kind of typed array only.
 */
export function floatProduct(
  w: Float32Array,
  x: Float64Array,
  out: Float32Array,
  rows: number,
  k: number,
  n: number,
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) fourRows(w, x, out, row, k, n);
  for (; row < rows; row++) oneRow(w, x, out, row, k, n);
}

function fourRows(w: Float32Array, x: Float64Array, out: Float32Array, row: number, k: number, n: number): void {
  let column = 0;
  for (; column + 2 <= n; column += 2) {
    let at = column * k;
    let from = row * k;
    let a0 = 0;
    let a1 = 0;
    let b0 = 0;
    let b1 = 0;
    let c0 = 0;
    let c1 = 0;
    let d0 = 0;
    let d1 = 0;
    for (let i = 0; i < k; i++, at++, from++) {
      const w0 = w[at]!;
      const w1 = w[at + k]!;
      const xa = x[from]!;
      const xb = x[from + k]!;
      const xc = x[from + 2 * k]!;
      const xd = x[from + 3 * k]!;
      a0 += xa * w0;
      a1 += xa * w1;
      b0 += xb * w0;
      b1 += xb * w1;
      c0 += xc * w0;
      c1 += xc * w1;
      d0 += xd * w0;
      d1 += xd * w1;
    }
    let to = row * n + column;
    out[to] = a0;
    out[to + 1] = a1;
    to += n;
    out[to] = b0;
    out[to + 1] = b1;
    to += n;
    out[to] = c0;
    out[to + 1] = c1;
    to += n;
    out[to] = d0;
    out[to + 1] = d1;
  }
  for (; column < n; column++)
    for (let r = row; r < row + 4; r++) out[r * n + column] = dot(w, column * k, x, r * k, k);
}

function oneRow(w: Float32Array, x: Float64Array, out: Float32Array, row: number, k: number, n: number): void {
  let column = 0;
  for (; column + 8 <= n; column += 8) {
    let at = column * k;
    let y0 = 0;
    let y1 = 0;
    let y2 = 0;
    let y3 = 0;
    let y4 = 0;
    let y5 = 0;
    let y6 = 0;
    let y7 = 0;
    for (let from = row * k; from < row * k + k; from++, at++) {
      const v = x[from]!;
      y0 += v * w[at]!;
      y1 += v * w[at + k]!;
      y2 += v * w[at + 2 * k]!;
      y3 += v * w[at + 3 * k]!;
      y4 += v * w[at + 4 * k]!;
      y5 += v * w[at + 5 * k]!;
      y6 += v * w[at + 6 * k]!;
      y7 += v * w[at + 7 * k]!;
    }
    const to = row * n + column;
    out[to] = y0;
    out[to + 1] = y1;
    out[to + 2] = y2;
    out[to + 3] = y3;
    out[to + 4] = y4;
    out[to + 5] = y5;
    out[to + 6] = y6;
    out[to + 7] = y7;
  }
  for (; column < n; column++) out[row * n + column] = dot(w, column * k, x, row * k, k);
}

function dot(w: Float32Array, at: number, x: Float64Array, from: number, k: number): number {
  let sum = 0;
  for (let i = 0; i < k; i++) sum += x[from + i]! * w[at + i]!;
  return sum;
}
