import { emptyLedger, type HeldMatrix, type Ledger, type Operation } from '@ohmlight/contracts';
import { standbyWatts } from './create-device.js';
import type { DeviceProfile } from './profile/profile.js';

/** Shape of a matrix that a device holds; of a fused `ffn`, its two arrays. */
export interface HeldShape {
  readonly k: number;
  readonly n: number;
}

/** A phase that ran: whose matrix, and for how long. */
export interface RunPhase {
  readonly layer: number;
  readonly operation: Operation;
  readonly seconds: number;
}

function shapesOf({ k, n, inner, experts = 1 }: HeldMatrix): HeldShape[] {
  const one =
    inner === undefined
      ? [{ k, n }]
      : [
          { k, n: 2 * inner },
          { k: inner, n },
        ];
  return Array.from({ length: experts }, () => one).flat();
}

/**
 * What the devices of a placement take while they hold a checkpoint's matrices and wait for their turn in a step:
 *
 *     E = P(all matrices of the profile)·T − Σ over its phases of P(the phase's matrix)·t
 *
 * P is the idle and holding power of what holds the matrices (`DeviceKind.standby`), T the seconds of the step, digital
 * unit included, t those of a phase, whose own ledger has the idle power of its time.
 */
export class Standby {
  readonly #held = new Map<string, number>();
  /** By layer and operation: the profile, and the watts of the matrix. */
  readonly #phases = new Map<string, { readonly profile: string; readonly watts: number }>();

  /** @param profiles Those that the matrices name, at least. */
  constructor(matrices: readonly HeldMatrix[], profiles: ReadonlyMap<string, DeviceProfile>) {
    const shapes = Map.groupBy(matrices, ({ profile }) => profile);
    for (const [name, held] of shapes) {
      const profile = profiles.get(name)!;
      const watts = standbyWatts(profile, held.flatMap(shapesOf));
      if (watts === 0) continue;
      this.#held.set(name, watts);
      for (const matrix of held)
        this.#phases.set(`${matrix.layer}/${matrix.operation}`, {
          profile: name,
          watts: standbyWatts(profile, shapesOf(matrix)),
        });
    }
  }

  /** Joules by profile; none for profiles that take nothing while they wait. */
  joules(phases: Iterable<RunPhase>, stepSeconds: number): Map<string, number> {
    const joules = new Map([...this.#held].map(([profile, watts]) => [profile, watts * stepSeconds]));
    for (const { layer, operation, seconds } of phases) {
      const phase = this.#phases.get(`${layer}/${operation}`);
      if (phase) joules.set(phase.profile, joules.get(phase.profile)! - phase.watts * seconds);
    }
    // A step's seconds are its phases' sum in another order: what rounding leaves is nothing.
    for (const [profile, value] of joules) joules.set(profile, Math.max(0, value));
    return joules;
  }

  /** The same as one ledger, component `idle`; it takes no time of its own. */
  ledger(phases: Iterable<RunPhase>, stepSeconds: number): Ledger {
    let idle = 0;
    for (const joules of this.joules(phases, stepSeconds).values()) idle += joules;
    return { ...emptyLedger(), joules: idle > 0 ? { idle } : {} };
  }
}
