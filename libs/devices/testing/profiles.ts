import { join } from 'node:path';
import type { MatrixRef, ShardSpec } from '@ohmlight/contracts';
import type { CrossbarParameters } from '../src/electronic/basic/parameters.js';
import type { DeviceProfile, DigitalProfile, HomodyneProfile, ProfileWith } from '../src/profile/profile.js';
import type { Frame } from '../src/electronic/crossbar/parameters.js';
import { KINDS } from '../src/kinds.js';
import { parametersSchema, valuesOf } from '../src/profile/quantity.js';
import { loadProfiles } from '../src/profile/load-profiles.js';

export const profiles = loadProfiles(join(import.meta.dirname, '../../../profiles'));

export const crossbarBasic = profiles.devices.get('crossbar-basic') as unknown as ProfileWith<CrossbarParameters>;
export const homodyneBasic = profiles.devices.get('homodyne-basic') as unknown as HomodyneProfile;
export const digitalFp32 = profiles.devices.get('digital-fp32') as unknown as DigitalProfile;

/** A profile with some values changed. */
export function varied<P extends { readonly parameters: object }>(
  profile: P,
  values: Partial<Record<keyof P['parameters'], unknown>>,
): P {
  const parameters: Record<string, unknown> = { ...profile.parameters };
  for (const [name, value] of Object.entries(values)) parameters[name] = { ...(parameters[name] as object), value };
  return { ...profile, parameters };
}

/** The shard of columns start … end − 1 of a matrix of layer 1. */
export function shardOf(matrix: Pick<MatrixRef, 'k' | 'n'>, profile: string, start = 0, end = matrix.n): ShardSpec {
  return {
    ...matrix,
    checkpoint: 'nano',
    layer: 1,
    operation: 'o',
    profile,
    columnStart: start,
    columnEnd: end,
    chipSeed: 1n,
  };
}

/** A shipped profile, some of its values changed. */
export function variant(name: string, values: Record<string, unknown> = {}): DeviceProfile {
  return varied(profiles.devices.get(name)!, values);
}

/** The bare values of a crossbar's profile, some changed. */
export const frameOf = (name: string, values: Record<string, unknown> = {}): Frame =>
  valuesOf(variant(name, values).parameters) as unknown as Frame;

/** y = x·Wᵀ in f64, row-major rows × n. */
export function product(w: Float32Array, x: Float32Array, rows: number, k: number, n: number): Float64Array {
  const y = new Float64Array(rows * n);
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < n; c++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += x[row * k + i]! * w[c * k + i]!;
      y[row * n + c] = sum;
    }
  return y;
}

/** ‖a − b‖/‖b‖. */
export function relativeTo(a: Float32Array, b: Float64Array): number {
  let error = 0;
  let signal = 0;
  for (let i = 0; i < b.length; i++) {
    error += (a[i]! - b[i]!) ** 2;
    signal += b[i]! ** 2;
  }
  return Math.sqrt(error / signal);
}

/** A shipped profile with some values changed that the loader would take. @throws Error naming the parameter at fault. */
export function validVariant(name: string, values: Record<string, unknown> = {}): DeviceProfile {
  const profile = variant(name, values);
  const kind = KINDS.get(profile.kind)!;
  const parameters = parametersSchema(kind.parameters).parse(profile.parameters);
  const fault = kind.check?.(valuesOf(parameters));
  if (fault) throw new Error(`${name}: ${fault.parameter}: ${fault.reason}`);
  return profile;
}

/** Names of the shipped profiles of the electronic pool. */
export const ELECTRONIC = [...profiles.devices.values()].filter(({ pool }) => pool === 'electronic').map((p) => p.name);

/** A shipped profile with some values of its chain changed, and of its parameters. */
export function chained(name: string, chain: Record<string, unknown> = {}, values: Record<string, unknown> = {}) {
  const profile = variant(name, values);
  return { ...profile, chain: varied({ parameters: profile.chain! }, chain).parameters };
}

/** The shard of columns start … end − 1 of the feed-forward part of layer 1. */
export const ffnShardOf = (
  { k, inner, n }: { readonly k: number; readonly inner: number; readonly n: number },
  profile: string,
  start = 0,
  end = n,
): ShardSpec => ({ ...shardOf({ k, n }, profile, start, end), operation: 'ffn', inner });
