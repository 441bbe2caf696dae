import { GrpcCore, type Recalibration, sumRecalibrations } from '@ohmlight/core-client';
import type { Registry } from '@ohmlight/registry';
import type { CoreConnector } from '@ohmlight/shard-router';

/** What a measurement of drift took on all the cores that emulate a profile. */
export interface Measured {
  readonly cores: number;
  readonly recalibrations: readonly Recalibration[];
}

/**
 * Measures drift on every core of the registry that emulates a profile, the cores side by side.
 * @throws OhmlightError the first core's that fails; `queue_unavailable` where the registry cannot be read.
 */
export async function recalibrateCores(
  registry: Registry,
  profile: string,
  deviceTime: number,
  connect: CoreConnector = (address, coreId) => new GrpcCore({ address, coreId }),
): Promise<Measured> {
  const cores = (await registry.list()).filter(
    ({ core, state }) => state === 'ready' && core?.profiles.includes(profile),
  );
  const taken = await Promise.all(
    cores.map(async ({ id, core }) => {
      const client = connect(core!.grpcAddress, id);
      try {
        return await client.recalibrate(profile, deviceTime);
      } finally {
        client.close();
      }
    }),
  );
  return { cores: cores.length, recalibrations: sumRecalibrations(taken.flat()) };
}
