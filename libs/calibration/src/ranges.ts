/**
 * Values that a calibration chooses among. Both are powers of two, so that they take a byte each; a channel's scale is
 * a whole power, so that dividing by it is exact: folded into the norm's weights or applied to the norm's output, the
 * bits are the same.
 */

/** Scales 2^e of the inputs of a matrix. */
export const channelScale = (exponents: Int8Array): Float32Array => Float32Array.from(exponents, (e) => 2 ** e);

/** ADC range 2^(step/2): steps of 3 dB, as a programmable amplifier before the converter has. */
export const adcRange = (step: number): number => 2 ** (step / 2);

/** Step whose range lies nearest, on the logarithmic scale. */
export const nearestStep = (range: number): number => Math.max(-128, Math.min(127, Math.round(2 * Math.log2(range))));

/** Largest exponent of a channel's scale, either way. */
export const MOST_EXPONENT = 12;

/**
 * Exponents of the scales s_k = max|x_k|^λ / max|w_k|^(1−λ) (SmoothQuant, Xiao et al., ICML 2023, eq. 4; NORA),
 * divided by their geometric mean and rounded to powers of two. A channel that is never driven, or drives nothing,
 * keeps its scale.
 *
 * @param inputs max|x_k| over the text, k values.
 * @param weights max|w_k| over the columns, k values.
 */
export function channelExponents(inputs: Float32Array, weights: Float32Array, lambda: number): Int8Array {
  const logs = Float64Array.from(inputs, (x, i) => {
    const w = weights[i]!;
    return x > 0 && w > 0 ? lambda * Math.log2(x) - (1 - lambda) * Math.log2(w) : NaN;
  });
  const alive = logs.filter((log) => !Number.isNaN(log));
  const mean = alive.reduce((sum, log) => sum + log, 0) / Math.max(1, alive.length);
  return Int8Array.from(logs, (log) =>
    Number.isNaN(log) ? 0 : Math.max(-MOST_EXPONENT, Math.min(MOST_EXPONENT, Math.round(log - mean))),
  );
}

/** Values times 2^(±e_k), row by row of k: exact. */
export function scaledRow(values: Float32Array, exponents: Int8Array | undefined, sign: 1 | -1 = 1): Float32Array {
  if (!exponents) return values;
  const k = exponents.length;
  const factors = Float32Array.from(exponents, (e) => 2 ** (sign * e));
  const scaled = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += k)
    for (let i = 0; i < k; i++) scaled[start + i] = values[start + i]! * factors[i]!;
  return scaled;
}

/** max|v|; 0 of none. */
export function largestOf(values: Float32Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
