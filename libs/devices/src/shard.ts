import { firstNonFinite, OhmlightError, type ShardSpec } from '@ohmlight/contracts';

/**
 * Columns of a shard.
 * @throws OhmlightError `invalid_shard` when the range is not one of the matrix, the weights do not fit it or one
 *   of them is not finite.
 */
export function checkedColumns(spec: ShardSpec, weights: Float32Array): number {
  const { k, n, columnStart, columnEnd } = spec;
  if (spec.operation === 'ffn')
    throw new OhmlightError(
      'invalid_shard',
      `device profile ${spec.profile} has no chain, so it programs no ffn; name another one in the placement's rule for ffn, or leave the rule out`,
    );
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
  const at = firstNonFinite(weights);
  if (at >= 0)
    throw new OhmlightError(
      'invalid_shard',
      `weight (${columnStart + Math.floor(at / k)}, ${at % k}) is ${weights[at]}; weights must be finite`,
    );
  return columns;
}

/** Names a matrix for its static error: neither shard nor profile nor process belong to it. */
export const matrixName = ({ checkpoint, layer, operation }: ShardSpec): string =>
  `${checkpoint}/${layer}/${operation}`;

export function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum / values.length);
}
