import { OhmlightError, type ShardSpec, weightCount } from '@ohmlight/contracts';

/** Weights of an `ffn` shard, apart. */
export interface FfnWeights {
  readonly inner: number;
  /** Columns of down that the shard has. */
  readonly columns: number;
  /** 2·inner × k: gate, then up. */
  readonly gateUp: Float32Array;
  /** columns × inner. */
  readonly down: Float32Array;
}

/**
 * @throws OhmlightError `invalid_shard` when the range is not one of the matrix, the weights do not fit it or one of
 *   them is not finite.
 */
export function ffnWeights(spec: ShardSpec, weights: Float32Array): FfnWeights {
  const { k, n, columnStart, columnEnd, inner } = spec;
  const columns = columnEnd - columnStart;
  if (!inner || !(k > 0 && columnStart >= 0 && columns > 0 && columnEnd <= n))
    throw new OhmlightError(
      'invalid_shard',
      `[${columnStart}, ${columnEnd}) is no range of an ffn of ${k} inputs, ${inner} hidden units (inner) and ${n} columns`,
    );
  if (weights.length !== weightCount(spec))
    throw new OhmlightError(
      'invalid_shard',
      `gate and up of ${inner} × ${k} and down of ${columns} × ${inner} take ${weightCount(spec)} values, not ${weights.length}`,
    );
  const at = weights.findIndex((weight) => !Number.isFinite(weight));
  if (at >= 0)
    throw new OhmlightError('invalid_shard', `weight ${at} of an ffn is ${weights[at]}; weights must be finite`);
  const split = 2 * inner * k;
  return { inner, columns, gateUp: weights.slice(0, split), down: weights.slice(split) };
}
