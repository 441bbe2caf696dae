/** AIHWKIT's IR drop; defaults are its own. */
export interface FastDrop {
  /** Scale of the drop. Default 1. */
  readonly irDrop?: number;
  /** Conductance of a wire segment over g_max. Default 1/0.35 Ω/5 µS. */
  readonly gRatio?: number;
}

const G_RATIO = 1 / 0.35 / 5e-6;

/**
 * AIHWKIT's closed form of the drop along output lines, for weights and inputs in its analog units (the largest weight
 * and the largest input are 1). It knows the output line's wire alone, its parameter is one ratio, and input 0 is the
 * one next to the sense node; `effectiveMatrix` counts inputs the other way.
 *
 *   γ = n/g_ratio
 *   a_j = γ·Σ_i |w_ij|·|x_i|
 *   c_j = a_j·(a_j·(0.05·a_j − 0.2) + 0.5)
 *   y_j = Σ_i w_ij·x_i − ir_drop·c_j·Σ_i w_ij·x_i·(1 − (1 − i/n)²)
 *
 * Source: AIHWKIT 1.1, rpu_forward_backward_pass.cpp, `applyIrDrop`.
 *
 * @param x n inputs
 * @param w n × columns, row-major
 * @returns y, one per column
 */
export function fastDrop(
  x: Float64Array,
  w: Float64Array,
  columns: number,
  { irDrop = 1, gRatio = G_RATIO }: FastDrop = {},
): Float64Array {
  const n = x.length;
  const y = new Float64Array(columns);
  const load = new Float64Array(columns);
  const placed = new Float64Array(columns);
  for (let i = 0; i < n; i++) {
    const position = 1 - (1 - i / n) ** 2;
    for (let j = 0; j < columns; j++) {
      const product = w[i * columns + j]! * x[i]!;
      y[j]! += product;
      load[j]! += Math.abs(product);
      placed[j]! += product * position;
    }
  }
  for (let j = 0; j < columns; j++) {
    const a = (n / gRatio) * load[j]!;
    y[j]! -= irDrop * (a * (a * (0.05 * a - 0.2) + 0.5)) * placed[j]!;
  }
  return y;
}
