const { fround, abs } = Math;

/** Rows of operands of a narrow format, and what each row's 1 stands for. */
export interface ScaledRows {
  /** rows × k, values of the format. */
  readonly operands: Float32Array;
  readonly scales: Float32Array;
}

/**
 * Rows (of activations, or columns of weights) over a scale of their own that takes the largest magnitude to the
 * format's largest value, all in f32: scale = max|x|/largest, operand = nearest(x/scale). A row whose scale is 0 in f32
 * has operands of zero; one that is not finite stays as it is, for the engine to refuse.
 * @param nearest Values of the format, limited to ±largest.
 */
export function scaledRows(
  x: Float32Array,
  k: number,
  largest: number,
  nearest: (values: Float32Array) => Float32Array,
): ScaledRows {
  const rows = Math.floor(x.length / k);
  const quotients = x.slice();
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = quotients.subarray(row * k, (row + 1) * k);
    let most = 0;
    for (const value of values) most = Math.max(most, abs(value));
    const scale = fround(most / largest);
    if (!Number.isFinite(most)) return { operands: x, scales };
    scales[row] = scale;
    if (scale === 0) values.fill(0);
    else for (let i = 0; i < k; i++) values[i] = values[i]! / scale;
  }
  return { operands: nearest(quotients), scales };
}

/** Sums of products of operands, rows × columns, back in units of weights × activations: f32, the column's scale first. */
export function unscale(sums: Float32Array, rowScales: Float32Array, columnScales: Float32Array): Float32Array {
  const n = columnScales.length;
  return sums.map((sum, i) => fround(sum * columnScales[i % n]!) * rowScales[Math.floor(i / n)]!);
}
