import { type MatrixRef, OhmlightError, type Operation, planShards, type ShardSpec } from '@ohmlight/contracts';

/** A placement by its name and rules: which device profile runs which operation. */
export interface NamedPlacement {
  readonly name: string;
  readonly rules: Readonly<Record<Operation, string>>;
}

/** Shards of a matrix under a placement, in order of columns. */
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
  const { checkpoint, layer, operation, k, n } = matrix;
  return planShards(n, options.shardColumns).map(({ columnStart, columnEnd }) => ({
    checkpoint,
    layer,
    operation,
    k,
    n,
    profile,
    columnStart,
    columnEnd,
    chipSeed: options.chipSeed,
  }));
}
