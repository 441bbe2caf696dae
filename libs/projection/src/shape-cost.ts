import {
  addParallel,
  addSequential,
  emptyLedger,
  type Ledger,
  type Operation,
  planShards,
  shareOf,
} from '@ohmlight/contracts';
import {
  createDevice,
  type Device,
  type DeviceProfile,
  type DigitalUnitProfile,
  type Placement,
  type RunPhase,
  Standby,
} from '@ohmlight/devices';
import type { TileEngine } from '@ohmlight/tile-engine';
import type { StepCost } from './comparison.js';
import { stepUnitCost } from './digital-unit.js';
import { fuses, matricesOf } from './matrices.js';
import type { DecoderShape } from './model-shape.js';

/** A placement with the profiles that its costs follow from. */
export interface PlacedProfiles {
  readonly placement: Pick<Placement, 'name' | 'rules'>;
  /** The device profiles that the rules name, by name. */
  readonly devices: Readonly<Record<string, DeviceProfile>>;
  readonly digitalUnit: DigitalUnitProfile;
}

/** A checkpoint as its shapes, how they are divided, and what the digital unit has between them. */
export interface Shapes {
  readonly shape: DecoderShape;
  /** Most columns of a shard; shards run side by side, each on a device of its own. */
  readonly shardColumns: number;
  /** Positions of each sequence, the new token's among them. */
  readonly context: number;
  /** Bytes of an element of the residual stream and of the KV cache. */
  readonly elementBytes: number;
}

/** Phases that take the same: which, and the widths of their shards with how often each occurs. */
interface AlikePhases {
  readonly device: Device;
  readonly k: number;
  readonly widths: ReadonlyMap<number, number>;
  readonly matrices: { readonly layer: number; readonly operation: Operation }[];
}

/** `count` phases one after the other, each as the ledger says. */
const times = (ledger: Ledger, count: number): Ledger => ({
  ...shareOf(ledger, count),
  seconds: ledger.seconds * count,
  reloadSeconds: ledger.reloadSeconds * count,
});

/**
 * What the phases of a decode step of so many rows take, from shapes alone: nothing is programmed, nothing multiplied.
 * The digital unit's own seconds and joules, alike for every placement, are left out; what devices take while they wait
 * for it is in.
 * @returns undefined where a phase's cost follows from operands too (arrays of an electronic device, a fused `ffn`).
 */
export function shapeCosts(
  { placement, devices: profiles, digitalUnit }: PlacedProfiles,
  { shape, shardColumns, context, elementBytes }: Shapes,
  engine: TileEngine,
): StepCost | undefined {
  if (fuses(placement.rules)) return undefined;
  const devices = new Map(Object.entries(profiles).map(([name, profile]) => [name, createDevice(profile, engine)]));
  const matrices = matricesOf(shape, placement);
  const phases = new Map<string, AlikePhases>();
  for (const { layer, operation, k, n, profile } of matrices) {
    const device = devices.get(profile)!;
    if (!device.cost) return undefined;
    const key = `${profile} ${k} ${n}`;
    const known = phases.get(key);
    if (known) known.matrices.push({ layer, operation });
    // Of a digital device a shard is booked its part of one kernel for the whole matrix.
    else
      phases.set(key, {
        device,
        k,
        widths: device.pool === 'digital' ? new Map([[n, 1]]) : widthsOf(n, shardColumns),
        matrices: [{ layer, operation }],
      });
  }
  const standby = new Standby(matrices, new Map(Object.entries(profiles)));
  return (batch) => {
    const ledger = emptyLedger();
    const run: RunPhase[] = [];
    for (const { device, k, widths, matrices: alike } of phases.values()) {
      const phase = emptyLedger();
      for (const [width, shards] of widths) addParallel(phase, shareOf(device.cost!(k, width, batch), shards));
      addSequential(ledger, times(phase, alike.length));
      for (const matrix of alike) run.push({ ...matrix, seconds: phase.seconds });
    }
    const unit = stepUnitCost(digitalUnit, shape, { batch, context }, elementBytes);
    addSequential(ledger, standby.ledger(run, ledger.seconds + unit.ledger.seconds));
    return ledger;
  };
}

function widthsOf(n: number, shardColumns: number): Map<number, number> {
  const widths = new Map<number, number>();
  for (const { columnStart, columnEnd } of planShards(n, shardColumns)) {
    const width = columnEnd - columnStart;
    widths.set(width, (widths.get(width) ?? 0) + 1);
  }
  return widths;
}
