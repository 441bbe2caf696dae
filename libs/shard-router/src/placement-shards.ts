import {
  assertLayers,
  type CalibrationSource,
  type HeldMatrix,
  type MatrixCalibration,
  type MatrixRef,
  OhmlightError,
  placedPhases,
  type PlacementRules,
  planShards,
  profileFor,
  type ShardSpec,
} from '@ohmlight/contracts';
import { matrixOf, type ReadableCheckpoint } from './checkpoint-weights.js';

/** A placement by its name and rules: which device profile runs which operation. */
export interface NamedPlacement {
  readonly name: string;
  readonly rules: PlacementRules;
  /** Whether calibrations are used where there are any; yes if left out. */
  readonly calibrated?: boolean;
}

/** How matrices become shards; the same in every process of an installation. */
export interface ShardOptions {
  /** Most columns of a shard. */
  readonly shardColumns: number;
  readonly chipSeed: bigint;
  readonly calibrations?: CalibrationSource | undefined;
}

/**
 * Shards of a matrix under a placement, in order of columns. An `ffn` is one shard: each would compute all hidden values.
 */
export function placementShards(matrix: MatrixRef, placement: NamedPlacement, options: ShardOptions): ShardSpec[] {
  const profile = profileFor(placement.rules, matrix.layer, matrix.operation);
  if (profile === undefined)
    throw new OhmlightError(
      'profile_not_found',
      `placement ${placement.name} names no device profile for ${matrix.operation} of layer ${matrix.layer}; add one to its file`,
    );
  const { checkpoint, layer, operation, k, n, inner } = matrix;
  const calibration = calibrationOf(matrix, placement, options)?.digest;
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
    ...(calibration !== undefined && { calibration }),
  }));
}

/**
 * Every matrix that a placement has of a checkpoint, in order of execution.
 * @throws OhmlightError `model_not_found` where a rule speaks for layers that the checkpoint does not have.
 */
export function placedMatrices(checkpoint: ReadableCheckpoint, { name, rules }: NamedPlacement): MatrixRef[] {
  const layers = layersOf(checkpoint);
  assertLayers({ name, rules }, checkpoint.name, layers);
  return placedPhases(rules, layers).map(({ layer, operation }) => matrixOf(checkpoint, layer, operation)!);
}

/**
 * The same, each with the device profile that holds it.
 * @throws OhmlightError as `placedMatrices`.
 */
export const heldMatrices = (checkpoint: ReadableCheckpoint, placement: NamedPlacement): HeldMatrix[] =>
  placedMatrices(checkpoint, placement).map((matrix) => ({
    ...matrix,
    profile: profileFor(placement.rules, matrix.layer, matrix.operation)!,
  }));

/** Number of layers; `lm_head` lies behind the last. */
export const layersOf = (checkpoint: Pick<ReadableCheckpoint, 'matrices'>): number =>
  checkpoint.matrices().find(({ operation }) => operation === 'lm_head')!.layer;

/** What the shards of a matrix are calibrated with under a placement. */
export function calibrationOf(
  matrix: MatrixRef,
  placement: NamedPlacement,
  { calibrations }: Pick<ShardOptions, 'calibrations'>,
): MatrixCalibration | undefined {
  if (placement.calibrated === false) return undefined;
  const profile = profileFor(placement.rules, matrix.layer, matrix.operation);
  return profile === undefined ? undefined : calibrations?.find(matrix, profile);
}
