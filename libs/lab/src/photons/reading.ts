import type { RowBatch } from '@ohmlight/contracts';
import { createDevice, type DeviceProfile } from '@ohmlight/devices';
import { createTileEngine } from '@ohmlight/tile-engine';
import type { Operands } from './operands.js';

const engine = createTileEngine();

/** A profile with values changed that its kind takes. */
export function withValues(profile: DeviceProfile, values: Readonly<Record<string, unknown>>): DeviceProfile {
  const parameters: Record<string, unknown> = { ...(profile.parameters as unknown as Record<string, unknown>) };
  for (const [name, value] of Object.entries(values)) parameters[name] = { ...(parameters[name] as object), value };
  return { ...profile, parameters } as unknown as DeviceProfile;
}

/** What a device of a profile makes of a product's operands; `seed` is the chip's and every row's. */
export function productOf(
  profile: DeviceProfile,
  { inputs, outputs, rows, weights, x }: Operands,
  seed: bigint,
): Float32Array {
  const shard = createDevice(profile, engine).program(
    {
      checkpoint: 'lab',
      layer: 0,
      operation: 'o',
      k: inputs,
      n: outputs,
      profile: profile.name,
      columnStart: 0,
      columnEnd: outputs,
      chipSeed: seed,
    },
    weights,
  );
  const batch: RowBatch = {
    rows,
    x,
    seeds: new BigUint64Array(rows).fill(seed),
    positions: Uint32Array.from({ length: rows }, (_, row) => row),
  };
  const { y } = shard.execute(batch);
  shard.release?.();
  return y;
}
