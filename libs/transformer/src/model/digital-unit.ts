/**
 * The digital unit's arithmetic on rows. Every function reads and writes f32, sums in f64 in the order of
 * indices, and works on one row at a time: a row's bits do not depend on its neighbours.
 */

/** `out = x · rsqrt(mean(x²) + ε) · weight`, one row of `weight.length`. */
export function rmsNormRow(
  x: Float32Array,
  xStart: number,
  weight: Float32Array,
  epsilon: number,
  out: Float32Array,
  outStart: number,
): void {
  const width = weight.length;
  let sum = 0;
  for (let i = 0; i < width; i++) {
    const value = x[xStart + i]!;
    sum += value * value;
  }
  const scale = 1 / Math.sqrt(sum / width + epsilon);
  for (let i = 0; i < width; i++) out[outStart + i] = x[xStart + i]! * scale * weight[i]!;
}

/** RMSNorm of `rows` rows. */
export function rmsNorm(x: Float32Array, rows: number, weight: Float32Array, epsilon: number): Float32Array {
  const out = new Float32Array(rows * weight.length);
  for (let row = 0; row < rows; row++) {
    const start = row * weight.length;
    rmsNormRow(x, start, weight, epsilon, out, start);
  }
  return out;
}

/** `into += part`. */
export function addInto(into: Float32Array, part: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = into[i]! + part[i]!;
}

/**
 * `silu(gate) · up`, with `silu(g) = g / (1 + e^−g)`.
 * @param gateUp Row-major, rows × 2·ffn: gate, then up.
 * @returns Row-major, rows × ffn.
 */
export function gatedSilu(gateUp: Float32Array, rows: number, ffn: number): Float32Array {
  const out = new Float32Array(rows * ffn);
  for (let row = 0; row < rows; row++) {
    const gateStart = row * 2 * ffn;
    const upStart = gateStart + ffn;
    const outStart = row * ffn;
    for (let i = 0; i < ffn; i++) {
      const gate = gateUp[gateStart + i]!;
      out[outStart + i] = (gate / (1 + Math.exp(-gate))) * gateUp[upStart + i]!;
    }
  }
  return out;
}
