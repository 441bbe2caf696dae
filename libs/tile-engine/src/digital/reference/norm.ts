import { sum } from './sum.js';

const f32 = Math.fround;
const square = (x: number): number => f32(x * x);

/** `1 / √(Σx² / width + ε)`. */
const inverseRoot = (x: Float32Array, epsilon: number): number =>
  f32(1 / f32(Math.sqrt(f32(f32(sum(x.map(square)) / x.length) + f32(epsilon)))));

/**
 * RMSNorm of one row: `(x · scale) · weight`, `scale = 1 / √(Σx² / width + ε)`. Where Σx² overflows, scale is 0; a
 * row with NaN is NaN, and an infinite value is NaN among zeros.
 */
export function rmsNorm(x: Float32Array, weight: Float32Array, epsilon: number): Float32Array {
  const scale = inverseRoot(x, epsilon);
  return x.map((value, i) => f32(f32(value * scale) * weight[i]!));
}

/**
 * LayerNorm of one row: `((x − mean) · scale) · weight + bias`, `mean = Σx / width`,
 * `scale = 1 / √(Σ(x − mean)² / width + ε)`. A row with NaN or an infinite value is NaN.
 */
export function layerNorm(x: Float32Array, weight: Float32Array, bias: Float32Array, epsilon: number): Float32Array {
  const mean = f32(sum(x) / x.length);
  const centred = x.map((value) => f32(value - mean));
  const scale = inverseRoot(centred, epsilon);
  return centred.map((value, i) => f32(f32(f32(value * scale) * weight[i]!) + bias[i]!));
}
