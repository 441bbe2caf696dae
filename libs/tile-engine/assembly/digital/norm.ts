import { sum, sumOfSquares } from './sum';

/**
 * `out = (x · scale) · weight` with `scale = 1 / √(Σx² / width + ε)`, row by row.
 * @param x Row-major, rows × width; `out` likewise, and may be the same.
 */
export function rmsNorm(x: usize, rows: i32, width: i32, weight: usize, epsilon: f32, out: usize): void {
  const bytes = (<usize>width) << 2;
  for (let row = 0; row < rows; row++) {
    const scale: f32 = 1 / sqrt<f32>(sumOfSquares(x, width) / <f32>width + epsilon);
    scaleRow(x, scale, width, weight, out);
    x += bytes;
    out += bytes;
  }
}

/**
 * `out = ((x − mean) · scale) · weight + bias` with `mean = Σx / width` and
 * `scale = 1 / √(Σ(x − mean)² / width + ε)`, row by row.
 * @param x Row-major, rows × width; `out` likewise, and may be the same.
 */
export function layerNorm(x: usize, rows: i32, width: i32, weight: usize, bias: usize, epsilon: f32, out: usize): void {
  const bytes = (<usize>width) << 2;
  for (let row = 0; row < rows; row++) {
    const mean: f32 = sum(x, width) / <f32>width;
    subtract(x, mean, width, out);
    const scale: f32 = 1 / sqrt<f32>(sumOfSquares(out, width) / <f32>width + epsilon);
    scaleRow(out, scale, width, weight, out);
    addRow(out, bias, width);
    x += bytes;
    out += bytes;
  }
}

/** `out = (x · scale) · weight`. */
function scaleRow(x: usize, scale: f32, width: i32, weight: usize, out: usize): void {
  const factor = f32x4.splat(scale);
  const whole = (<usize>(width & ~7)) << 2;
  const end = (<usize>width) << 2;
  let i: usize = 0;
  for (; i < whole; i += 32) {
    const x0 = v128.load(x + i);
    const x1 = v128.load(x + i, 16);
    const w0 = v128.load(weight + i);
    const w1 = v128.load(weight + i, 16);
    v128.store(out + i, f32x4.mul(f32x4.mul(x0, factor), w0));
    v128.store(out + i, f32x4.mul(f32x4.mul(x1, factor), w1), 16);
  }
  for (; i < end; i += 4) store<f32>(out + i, load<f32>(x + i) * scale * load<f32>(weight + i));
}

/** `out = x − value`. */
function subtract(x: usize, value: f32, width: i32, out: usize): void {
  const values = f32x4.splat(value);
  const whole = (<usize>(width & ~7)) << 2;
  const end = (<usize>width) << 2;
  let i: usize = 0;
  for (; i < whole; i += 32) {
    const x0 = v128.load(x + i);
    const x1 = v128.load(x + i, 16);
    v128.store(out + i, f32x4.sub(x0, values));
    v128.store(out + i, f32x4.sub(x1, values), 16);
  }
  for (; i < end; i += 4) store<f32>(out + i, load<f32>(x + i) - value);
}

/** `into += part` over `length` values. */
export function addRow(into: usize, part: usize, length: i32): void {
  const whole = (<usize>(length & ~7)) << 2;
  const end = (<usize>length) << 2;
  let i: usize = 0;
  for (; i < whole; i += 32) {
    const a0 = v128.load(into + i);
    const a1 = v128.load(into + i, 16);
    const b0 = v128.load(part + i);
    const b1 = v128.load(part + i, 16);
    v128.store(into + i, f32x4.add(a0, b0));
    v128.store(into + i, f32x4.add(a1, b1), 16);
  }
  for (; i < end; i += 4) store<f32>(into + i, load<f32>(into + i) + load<f32>(part + i));
}
