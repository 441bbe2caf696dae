import { addParallel, addSequential, emptyLedger, planShards, shareOf } from '@ohmlight/contracts';
import {
  createDevice,
  type DeviceProfile,
  type DigitalUnitProfile,
  type Placement,
  type RunPhase,
  Standby,
} from '@ohmlight/devices';
import type { TileEngine } from '@ohmlight/tile-engine';
import { alikeMatrices, times } from './alike.js';
import type { StepCost } from './comparison.js';
import { stepUnitCost } from './digital-unit.js';
import { fuses, matricesOf } from './matrices.js';
import type { DecoderShape } from './model-shape.js';
import { type Regime, REGIMES } from './ranges.js';

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
  const phases = alikeMatrices(matrices).map((alike) => {
    const device = devices.get(alike.profile)!;
    // Of a digital device a shard is booked its part of one kernel for the whole matrix.
    const widths = device.pool === 'digital' ? new Map([[alike.n, 1]]) : widthsOf(alike.n, shardColumns);
    return { ...alike, device, widths };
  });
  if (phases.some(({ device }) => !device.cost)) return undefined;
  const standby = new Standby(matrices, new Map(Object.entries(profiles)));
  return (batch) => {
    const ledger = emptyLedger();
    const run: RunPhase[] = [];
    for (const { device, k, widths, matrices: alike } of phases) {
      const phase = emptyLedger();
      for (const [width, shards] of widths) addParallel(phase, shareOf(device.cost!(k, width, batch), shards));
      addSequential(ledger, times(phase, alike.length));
      for (const { layer, operation } of alike) run.push({ layer, operation, seconds: phase.seconds });
    }
    const unit = stepUnitCost(digitalUnit, shape, { batch, context }, elementBytes);
    addSequential(ledger, standby.ledger(run, ledger.seconds + unit.ledger.seconds));
    return ledger;
  };
}

/** What changes by jumps in those costs: the memories that the KV cache fills. */
export const shapeRegime =
  ({ digitalUnit }: Pick<PlacedProfiles, 'digitalUnit'>, { shape, context, elementBytes }: Shapes): Regime =>
  (batch) =>
    Math.min(REGIMES, stepUnitCost(digitalUnit, shape, { batch, context }, elementBytes).memories);

function widthsOf(n: number, shardColumns: number): Map<number, number> {
  const widths = new Map<number, number>();
  for (const { columnStart, columnEnd } of planShards(n, shardColumns)) {
    const width = columnEnd - columnStart;
    widths.set(width, (widths.get(width) ?? 0) + 1);
  }
  return widths;
}
