/**
 * Exact integer products. Codes and sums are integers below 2^31, so f64 holds them exactly and the order of
 * addition does not matter; V8 multiplies and adds f64 faster than int32. Weights are row-major n × k.
 *
 * Each of the two loops sees one kind of typed array only: V8 compiles it for that.
 */
export function integerProduct(
  w: Int16Array,
  x: Float64Array,
  out: Float64Array,
  rows: number,
  k: number,
  n: number,
  kStart: number,
  kEnd: number,
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) fourRows(w, x, out, row, k, n, kStart, kEnd);
  for (; row < rows; row++) oneRow(w, x, out, row, k, n, kStart, kEnd);
}

function fourRows(
  w: Int16Array,
  x: Float64Array,
  out: Float64Array,
  row: number,
  k: number,
  n: number,
  kStart: number,
  kEnd: number,
): void {
  let column = 0;
  const length = kEnd - kStart;
  for (; column + 2 <= n; column += 2) {
    let at = column * k + kStart;
    let from = row * k + kStart;
    let a0 = 0;
    let a1 = 0;
    let b0 = 0;
    let b1 = 0;
    let c0 = 0;
    let c1 = 0;
    let d0 = 0;
    let d1 = 0;
    for (let i = 0; i < length; i++, at++, from++) {
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
    for (let r = row; r < row + 4; r++) out[r * n + column] = dot(w, column * k + kStart, x, r * k + kStart, length);
}

function oneRow(
  w: Int16Array,
  x: Float64Array,
  out: Float64Array,
  row: number,
  k: number,
  n: number,
  kStart: number,
  kEnd: number,
): void {
  let column = 0;
  for (; column + 8 <= n; column += 8) {
    let at = column * k + kStart;
    let y0 = 0;
    let y1 = 0;
    let y2 = 0;
    let y3 = 0;
    let y4 = 0;
    let y5 = 0;
    let y6 = 0;
    let y7 = 0;
    for (let from = row * k + kStart; from < row * k + kEnd; from++, at++) {
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
  for (; column < n; column++) out[row * n + column] = dot(w, column * k + kStart, x, row * k + kStart, kEnd - kStart);
}

function dot(w: Int16Array, at: number, x: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += x[from + i]! * w[at + i]!;
  return sum;
}

/** Σ|w||x| of one row of codes, per column, times `unit`. */
export function absProduct(
  w: Int16Array,
  x: Float64Array,
  out: Float32Array,
  row: number,
  k: number,
  kStart: number,
  kEnd: number,
  unit: number,
): void {
  for (let column = 0; column < out.length; column++) {
    let sum = 0;
    for (let i = kStart; i < kEnd; i++) sum += Math.abs(x[row * k + i]! * w[column * k + i]!);
    out[column] = sum * unit;
  }
}

/** Σ|w|x² of one row of codes, per column, times `unit`. */
export function absPower(
  w: Int16Array,
  x: Float64Array,
  out: Float32Array,
  row: number,
  k: number,
  kStart: number,
  kEnd: number,
  unit: number,
): void {
  for (let column = 0; column < out.length; column++) {
    let sum = 0;
    for (let i = kStart; i < kEnd; i++) {
      const v = x[row * k + i]!;
      sum += Math.abs(w[column * k + i]!) * v * v;
    }
    out[column] = sum * unit;
  }
}
