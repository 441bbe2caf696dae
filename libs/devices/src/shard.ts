import { OhmlightError, type ShardSpec } from '@ohmlight/contracts';

/**
 * Columns of a shard.
 * @throws OhmlightError `invalid_shard` when the range is not one of the matrix or the weights do not fit it.
 */
export function shardColumns(spec: ShardSpec, weights: Float32Array): number {
  const { k, n, columnStart, columnEnd } = spec;
  const columns = columnEnd - columnStart;
  if (!(k > 0 && columnStart >= 0 && columns > 0 && columnEnd <= n))
    throw new OhmlightError(
      'invalid_shard',
      `[${columnStart}, ${columnEnd}) is no range of a matrix of ${k} inputs and ${n} columns`,
    );
  if (weights.length !== columns * k)
    throw new OhmlightError(
      'invalid_shard',
      `${columns} × ${k} weights take ${columns * k} values, not ${weights.length}`,
    );
  return columns;
}

export function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum / values.length);
}
