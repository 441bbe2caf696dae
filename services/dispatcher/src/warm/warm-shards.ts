import { OhmlightError, type Pool, type ShardSpec } from '@ohmlight/contracts';
import type { Profiles } from '@ohmlight/devices';
import { type CheckpointWeights, placedMatrices, placementShards, type ShardOptions } from '@ohmlight/shard-router';
import type { WarmTarget } from '../config/environment.js';

/**
 * Every shard of the placements to warm, with its pool.
 * @throws OhmlightError `checkpoint_not_found` or `model_not_found` when a target names what does not exist, or a placement
 *   with rules for layers that the checkpoint does not have.
 */
export function warmShards(
  targets: readonly WarmTarget[],
  checkpoints: CheckpointWeights,
  profiles: Pick<Profiles, 'devices' | 'placements'>,
  options: ShardOptions,
): { spec: ShardSpec; pool: Pool }[] {
  return targets.flatMap(({ checkpoint, placement: name }) => {
    const placement = profiles.placements.get(name);
    if (!placement)
      throw new OhmlightError(
        'model_not_found',
        `OHMLIGHT_WARM names placement "${name}", which does not exist; there are ${[...profiles.placements.keys()].join(', ')}`,
      );
    return placedMatrices(checkpoints.get(checkpoint), placement)
      .flatMap((matrix) => placementShards(matrix, placement, options))
      .map((spec) => ({ spec, pool: profiles.devices.get(spec.profile)!.pool }));
  });
}
