import { OhmlightError, type RowBatch } from '@ohmlight/contracts';

/** @throws OhmlightError `invalid_job` when the batch does not fit `k` inputs or an activation is not finite. */
export function checkBatch({ rows, x, seeds, positions }: RowBatch, k: number): void {
  if (!Number.isInteger(rows) || rows < 1 || x.length !== rows * k)
    throw new OhmlightError('invalid_job', `${rows} rows of ${k} inputs take ${rows * k} activations, not ${x.length}`);
  if (seeds.length !== rows || positions.length !== rows)
    throw new OhmlightError(
      'invalid_job',
      `${rows} rows take as many seeds and positions, not ${seeds.length} and ${positions.length}`,
    );
  const at = firstNotFinite(x);
  if (at >= 0)
    throw new OhmlightError(
      'invalid_job',
      `activation ${at % k} of row ${Math.floor(at / k)} is ${x[at]}; activations must be finite`,
    );
}

/** @throws OhmlightError `invalid_shard` when the weights do not fit k × n or one is not finite. */
export function checkWeights(weights: Float32Array, k: number, n: number): void {
  if (weights.length !== k * n)
    throw new OhmlightError('invalid_shard', `${n} × ${k} weights take ${n * k} values, not ${weights.length}`);
  const at = firstNotFinite(weights);
  if (at >= 0)
    throw new OhmlightError(
      'invalid_shard',
      `weight (${Math.floor(at / k)}, ${at % k}) is ${weights[at]}; weights must be finite`,
    );
}

/** Index of the first value that is NaN or infinite; −1 if none is. */
export function firstNotFinite(values: Float32Array): number {
  // x − x is 0 for every finite x and NaN otherwise, so one sum tells whether a search is needed.
  // Four sums, as each addition waits for the one before it.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (const whole = values.length - 3; i < whole; i += 4) {
    a += values[i]! - values[i]!;
    b += values[i + 1]! - values[i + 1]!;
    c += values[i + 2]! - values[i + 2]!;
    d += values[i + 3]! - values[i + 3]!;
  }
  for (; i < values.length; i++) a += values[i]! - values[i]!;
  const sum = a + b + c + d;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
