/** Sums over outputs and rows of what a matmul's error is measured by. */
export interface ErrorSums {
  /** Σ(y − ref)², Σref². */
  error: number;
  signal: number;
  /** Σ‖W_i‖²‖x‖² over outputs i and rows: what an output would be if its operands were one vector. */
  scale: number;
  outputs: number;
  /** Σ over rows and outputs of N, and of Σ_j |v_ij||u_j| with v, u over their full scales. */
  products: number;
  light: number;
}

export const emptySums = (): ErrorSums => ({ error: 0, signal: 0, scale: 0, outputs: 0, products: 0, light: 0 });

/** What of a matrix (row-major n × k) the sums need. */
export interface Operand {
  readonly k: number;
  readonly n: number;
  /** Σ_i‖W_i‖². */
  readonly power: number;
  /** Σ_i|w_ij|/w_max of the column's tile, by input. */
  readonly load: Float64Array;
}

export function operandOf(weights: Float32Array, k: number, n: number, tileRows: number): Operand {
  const load = new Float64Array(k);
  let power = 0;
  for (let i = 0; i < n; i++)
    for (let start = 0; start < k; start += tileRows) {
      const end = Math.min(k, start + tileRows);
      let largest = 0;
      for (let j = start; j < end; j++) largest = Math.max(largest, Math.abs(weights[i * k + j]!));
      if (largest === 0) continue;
      for (let j = start; j < end; j++) {
        const w = weights[i * k + j]!;
        load[j]! += Math.abs(w) / largest;
        power += w * w;
      }
    }
  return { k, n, power, load };
}

/** Adds rows of inputs x (rows × k), outputs y and ref (rows × n). */
export function addRows(
  sums: ErrorSums,
  { k, n, power, load }: Operand,
  x: Float32Array,
  y: Float32Array,
  ref: Float32Array,
): void {
  const rows = x.length / k;
  for (let row = 0; row < rows; row++) {
    let square = 0;
    let largest = 0;
    let light = 0;
    for (let j = 0; j < k; j++) {
      const value = Math.abs(x[row * k + j]!);
      square += value * value;
      largest = Math.max(largest, value);
      light += value * load[j]!;
    }
    sums.scale += square * power;
    if (largest > 0) sums.light += light / largest;
  }
  for (let i = 0; i < y.length; i++) {
    sums.error += (y[i]! - ref[i]!) ** 2;
    sums.signal += ref[i]! ** 2;
  }
  sums.outputs += rows * n;
  sums.products += rows * n * k;
}

/** Relative errors, and how far the operands are from unrelated ones. */
export interface Figures {
  /** rms(y − ref)/rms(ref). */
  readonly overSignal: number;
  /** rms(y − ref)/rms(‖W_i‖‖x‖). */
  readonly overScale: number;
  /** √k·rms(ref)/rms(‖W_i‖‖x‖): 1 for unrelated operands, √k for parallel ones. */
  readonly alignment: number;
  /** mean |v||u|: detected photons of a product over those of a full one. */
  readonly brightness: number;
}

export function figuresOf(sums: ErrorSums, k: number): Figures {
  return {
    overSignal: Math.sqrt(sums.error / sums.signal),
    overScale: Math.sqrt(sums.error / sums.scale),
    alignment: Math.sqrt((k * sums.signal) / sums.scale),
    brightness: sums.light / sums.products,
  };
}
