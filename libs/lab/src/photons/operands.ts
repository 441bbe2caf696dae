import { Draws } from '../draws.js';

/** A product y = x·Wᵀ of normal weights and inputs. */
export interface Operands {
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: number;
  /** Row-major outputs × inputs. */
  readonly weights: Float32Array;
  readonly x: Float32Array;
  /** In f64, row-major rows × outputs. */
  readonly exact: Float64Array;
}

export function operandsOf(seed: bigint, inputs: number, outputs: number, rows: number): Operands {
  const draws = new Draws(seed, 'operands');
  const weights = Float32Array.from({ length: outputs * inputs }, (_, i) => 0.05 * draws.normal(i, 0));
  const x = Float32Array.from({ length: rows * inputs }, (_, i) => draws.normal(i, 1));
  const exact = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < outputs; c++) {
      let sum = 0;
      for (let j = 0; j < inputs; j++) sum += x[row * inputs + j]! * weights[c * inputs + j]!;
      exact[row * outputs + c] = sum;
    }
  return { inputs, outputs, rows, weights, x, exact };
}

export const largestOf = (values: Float32Array): number =>
  values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);

export const rms = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum / values.length);
};
