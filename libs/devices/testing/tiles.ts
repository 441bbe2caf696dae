import { random } from '../../tile-engine/testing/random.js';

/** rows × columns conductances between 0.1/rMin and 1/rMin, uniform. */
export function uniformCells(rows: number, columns: number, rMin: number, seed = 1): Float64Array {
  const { uniform } = random(seed);
  return Float64Array.from({ length: rows * columns }, () => (0.1 + 0.9 * uniform()) / rMin);
}

export function uniformInputs(rows: number, seed = 2): Float64Array {
  const { uniform } = random(seed);
  return Float64Array.from({ length: rows }, uniform);
}

/** y_j = Σ_i x_i·w_ij. */
export function currentsOf(w: Float64Array, x: Float64Array): Float64Array {
  const columns = w.length / x.length;
  const y = new Float64Array(columns);
  x.forEach((volts, i) => {
    for (let j = 0; j < columns; j++) y[j]! += volts * w[i * columns + j]!;
  });
  return y;
}

/** ‖a − b‖/‖b‖. */
export function distance(a: Float64Array, b: Float64Array): number {
  let error = 0;
  let norm = 0;
  b.forEach((value, i) => {
    error += (a[i]! - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(error / norm);
}

/** Largest |a − b| over the largest |b|. */
export function worst(a: Float64Array, b: Float64Array): number {
  let error = 0;
  let most = 0;
  b.forEach((value, i) => {
    error = Math.max(error, Math.abs(a[i]! - value));
    most = Math.max(most, Math.abs(value));
  });
  return error / most;
}
