import { type CalibrationSource, type LayerRange, OPERATIONS, type Operation, type Pool } from '@ohmlight/contracts';
import { calibrationOf, placedMatrices } from '@ohmlight/shard-router';
import type { ServedModel } from '../engine/model-catalogue.js';

/** The device that runs matrices of an operation, and whether a calibration is used for any of them. */
interface OperationDevice {
  readonly profile: string;
  readonly pool: Pool;
  readonly calibrated: boolean;
}

/** Where an operation runs: on one device in every layer, or layer by layer. */
export type ModelOperation = OperationDevice | { readonly layers: readonly (LayerRange & OperationDevice)[] };

/** Where each operation of a model runs, in the order of `OPERATIONS`. */
export function modelOperations(
  { checkpoint: { checkpoint }, placement }: Pick<ServedModel, 'checkpoint' | 'placement'>,
  calibrations: CalibrationSource,
): Partial<Record<Operation, ModelOperation>> {
  const matrices = placedMatrices(checkpoint, placement);
  const entries = OPERATIONS.flatMap((operation): [Operation, ModelOperation][] => {
    const runs: (LayerRange & OperationDevice)[] = [];
    for (const matrix of matrices.filter((one) => one.operation === operation)) {
      const { layer } = matrix;
      const { profile, pool } = placement.deviceOf(layer, operation);
      const calibrated = calibrationOf(matrix, placement, { calibrations }) !== undefined;
      const before = runs.at(-1);
      if (before?.profile === profile && before.last === layer - 1)
        runs[runs.length - 1] = { ...before, last: layer, calibrated: before.calibrated || calibrated };
      else runs.push({ first: layer, last: layer, profile, pool, calibrated });
    }
    const [run] = runs;
    if (!run) return [];
    const { first, last, ...device } = run;
    const everywhere = operation === 'lm_head' || (first === 0 && last === checkpoint.config.layers - 1);
    return [[operation, everywhere ? device : { layers: runs }]];
  });
  return Object.fromEntries(entries);
}
