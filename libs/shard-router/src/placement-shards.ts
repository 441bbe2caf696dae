import { type MatrixRef, OhmlightError, type PlacementRules, planShards, type ShardSpec } from '@ohmlight/contracts';

/** A placement by its name and rules: which device profile runs which operation. */
export interface NamedPlacement {
  readonly name: string;
  readonly rules: PlacementRules;
}

/**
 * Shards of a matrix under a placement, in order of columns. An `ffn` is one shard: each would compute all hidden values.
 */
export function placementShards(
  matrix: MatrixRef,
  placement: NamedPlacement,
  options: { readonly shardColumns: number; readonly chipSeed: bigint },
): ShardSpec[] {
  const profile = placement.rules[matrix.operation];
  if (!profile)
    throw new OhmlightError(
      'profile_not_found',
      `placement ${placement.name} names no device profile for ${matrix.operation}; add one to its file`,
    );
  const { checkpoint, layer, operation, k, n, inner } = matrix;
  const columns = inner ? [{ columnStart: 0, columnEnd: n }] : planShards(n, options.shardColumns);
  return columns.map(({ columnStart, columnEnd }) => ({
    checkpoint,
    layer,
    operation,
    k,
    n,
    ...(inner && { inner }),
    profile,
    columnStart,
    columnEnd,
    chipSeed: options.chipSeed,
  }));
}
