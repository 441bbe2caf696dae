import {
  addParallel,
  addSequential,
  emptyLedger,
  type Ledger,
  placedPhases,
  planShards,
  shareOf,
} from '@ohmlight/contracts';
import { createDevice, type Device, type HeldMatrix, type RunPhase, Standby } from '@ohmlight/devices';
import type { TileEngine } from '@ohmlight/tile-engine';
import { type LlamaConfig, matrixLayouts } from '@ohmlight/transformer';
import type { Subject } from './subject.js';

/** A checkpoint as its shapes, and how they are divided. */
export interface Shapes {
  readonly config: LlamaConfig;
  /** Most columns of a shard; shards run side by side, each on a device of its own. */
  readonly shardColumns: number;
}

/** Phases that take the same: which, and the widths of their shards with how often each occurs. */
interface AlikePhases {
  readonly device: Device;
  readonly k: number;
  readonly widths: ReadonlyMap<number, number>;
  readonly matrices: Pick<HeldMatrix, 'layer' | 'operation'>[];
}

/** `count` phases one after the other, each as the ledger says. */
const times = (ledger: Ledger, count: number): Ledger => ({
  ...shareOf(ledger, count),
  seconds: ledger.seconds * count,
  reloadSeconds: ledger.reloadSeconds * count,
});

/**
 * What the phases of a decode step of so many rows take, from shapes alone: nothing is programmed, nothing multiplied.
 * The digital unit, alike for every placement, is left out, and the waiting for it.
 * @returns undefined where a phase's cost follows from operands too (arrays of an electronic device, a fused `ffn`).
 */
export function shapeCosts(
  subject: Subject,
  { config, shardColumns }: Shapes,
  engine: TileEngine,
): ((batch: number) => Ledger) | undefined {
  const { rules } = subject.placement;
  const devices = new Map(
    Object.entries(subject.devices).map(([name, profile]) => [name, createDevice(profile, engine)]),
  );
  const layouts = new Map(matrixLayouts(config).map((layout) => [`${layout.layer} ${layout.operation}`, layout]));
  const phases = new Map<string, AlikePhases>();
  const held: HeldMatrix[] = [];
  for (const { layer, operation, profile } of placedPhases(rules, config.layers)) {
    const layout = layouts.get(`${layer} ${operation}`);
    const device = devices.get(profile!)!;
    if (!layout || !device.cost) return undefined;
    const { k, n } = layout;
    held.push({ layer, operation, k, n, profile: profile! });
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
  const standby = new Standby(held, new Map(Object.entries(subject.devices)));
  return (batch) => {
    const ledger = emptyLedger();
    const run: RunPhase[] = [];
    for (const { device, k, widths, matrices } of phases.values()) {
      const phase = emptyLedger();
      for (const [width, shards] of widths) addParallel(phase, shareOf(device.cost!(k, width, batch), shards));
      addSequential(ledger, times(phase, matrices.length));
      for (const matrix of matrices) run.push({ ...matrix, seconds: phase.seconds });
    }
    addSequential(ledger, standby.ledger(run, ledger.seconds));
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
