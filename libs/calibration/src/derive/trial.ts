import type { Calibration, MatrixRef, RowBatch } from '@ohmlight/contracts';
import type { Device } from '@ohmlight/devices';
import { scaledRow } from '../ranges.js';

/** A way to program a matrix. */
export interface Candidate {
  /** Exponents of the channels' scales; absent where inputs stay as they are. */
  readonly exponents?: Int8Array | undefined;
  readonly inputRange?: number | undefined;
  /** ADC range of each column that is tried; absent for the profile's own. */
  readonly adcBound?: Float32Array | undefined;
}

/** Columns of a matrix with the rows that are sent through it, and what they give exactly. */
export interface Bench {
  readonly matrix: MatrixRef;
  readonly profile: string;
  readonly chipSeed: bigint;
  readonly columnStart: number;
  readonly columnEnd: number;
  /** Row-major, columns × k. */
  readonly weights: Float32Array;
  readonly batch: RowBatch;
  /** Row-major, rows × columns, in f32. */
  readonly reference: Float32Array;
  /** What a squared error of each row counts: 1/(rows·‖y‖²) over all columns of the matrix; 0 for a row of zeros. */
  readonly rowWeights: Float64Array;
}

/** The weights of rows by their references, row-major rows × columns. */
export function rowWeightsOf(reference: Float32Array, rows: number): Float64Array {
  const columns = reference.length / rows;
  const power = new Float64Array(rows);
  for (let i = 0; i < reference.length; i++) power[Math.floor(i / columns)]! += reference[i]! ** 2;
  return power.map((value) => (value > 0 ? 1 / (rows * value) : 0));
}

/**
 * Errors of the columns on the device: Σ over the rows of (y − reference)², each row as a part of its own power, so that
 * rare rows of another size count as much as others. Their sum over all columns is the mean of ‖y − Wx‖²/‖Wx‖².
 */
export function errorsOf(device: Device, bench: Bench, candidate: Candidate): Float64Array {
  const { matrix, profile, chipSeed, columnStart, columnEnd, reference, rowWeights } = bench;
  const { exponents, inputRange, adcBound } = candidate;
  const columns = columnEnd - columnStart;
  const calibration: Calibration = { inputRange, adcBound };
  const weights = exponents ? scaledRow(bench.weights, exponents) : bench.weights;
  const batch = exponents ? { ...bench.batch, x: scaledRow(bench.batch.x, exponents, -1) } : bench.batch;
  const shard = device.program({ ...matrix, profile, chipSeed, columnStart, columnEnd }, weights, calibration);
  try {
    const { y } = shard.execute(batch);
    const errors = new Float64Array(columns);
    for (let i = 0; i < y.length; i++)
      errors[i % columns]! += (y[i]! - reference[i]!) ** 2 * rowWeights[Math.floor(i / columns)]!;
    return errors;
  } finally {
    shard.release?.();
  }
}

/** The columns [start, end) of a bench. */
export function columnsOf(bench: Bench, start: number, end: number): Bench {
  const { matrix, batch, reference } = bench;
  const columns = bench.columnEnd - bench.columnStart;
  const part = new Float32Array(batch.rows * (end - start));
  for (let row = 0; row < batch.rows; row++)
    part.set(reference.subarray(row * columns + start, row * columns + end), row * (end - start));
  return {
    ...bench,
    columnStart: bench.columnStart + start,
    columnEnd: bench.columnStart + end,
    weights: bench.weights.subarray(start * matrix.k, end * matrix.k),
    reference: part,
  };
}

export const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
