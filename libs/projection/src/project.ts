import {
  addSequential,
  type Component,
  dataMovementShare,
  emptyLedger,
  joulesBand,
  type Ledger,
  notArithmeticShare,
  type Pool,
  shareOf,
  totalJoules,
} from '@ohmlight/contracts';
import { type DigitalUnitProfile, type Placement, type RunPhase, Standby } from '@ohmlight/devices';
import { type AlikeMatrices, alikeMatrices, times } from './alike.js';
import type { Assumptions } from './assumptions.js';
import { stepUnitCost } from './digital-unit.js';
import { cacheSize } from './digital-work.js';
import { type ExpertLoad, expertLoad } from './experts.js';
import type { Hardware } from './hardware.js';
import { checkLoad, type Load } from './load.js';
import { matricesOf } from './matrices.js';
import type { ModelShape } from './model-shape.js';
import { type Occupation, occupationOf } from './occupation.js';

/** A decode step of a model on a placement, from shapes alone. */
export interface Projection extends Load {
  readonly placement: string;
  readonly pool: Pool | 'mixed';
  /** Of a step; every sequence gets a token in it. */
  readonly seconds: number;
  readonly tokensPerSecond: number;
  /** Of one token, programming included. */
  readonly joulesPerToken: number;
  readonly joulesPerTokenLow: number;
  readonly joulesPerTokenHigh: number;
  readonly joulesByComponent: Readonly<Partial<Record<Component, number>>>;
  readonly watts: number;
  /** Part of the energy that moves data or writes weights: memory, interconnect, program. */
  readonly dataMovementShare: number;
  /** Part of the energy that is no arithmetic: all but array, laser, detector and digital_unit. */
  readonly notArithmeticShare: number;
  /** Of `seconds` and of a token's joules, what the digital unit takes; and how many units and KV memories there are. */
  readonly digitalUnit: {
    readonly seconds: number;
    readonly joules: number;
    readonly units: number;
    readonly memories: number;
  };
  /** Accelerators or engines whose weights stream from memory; 0 where all weights stay in tiles. */
  readonly accelerators: number;
  readonly tiles: number;
  readonly chips: number | null;
  readonly squareMetres: number | null;
  /** Times in a step that weights are loaded onto devices. */
  readonly reloads: number;
  readonly programming: { readonly seconds: number; readonly joules: number };
}

/** Projections of a model on a placement; what does not depend on the load is worked out once. */
export class Projector {
  readonly placement: string;
  readonly #matrices: readonly AlikeMatrices[];
  readonly #occupation: Occupation;
  readonly #standby: Standby;
  readonly #pool: Projection['pool'];
  /** Ledgers of phases by matrix, batch and number of accelerators. */
  readonly #phases = new Map<string, Ledger>();
  readonly #projections = new Map<string, Projection>();

  /**
   * @param hardware of every device profile that the rules name
   * @throws OhmlightError `invalid_value` for a placement that is not costed by shape
   */
  constructor(
    readonly shape: ModelShape,
    placement: Pick<Placement, 'name' | 'rules'>,
    readonly hardware: ReadonlyMap<string, Hardware>,
    readonly digitalUnit: DigitalUnitProfile,
    readonly assumptions: Assumptions,
  ) {
    this.placement = placement.name;
    const matrices = matricesOf(shape, placement);
    this.#matrices = alikeMatrices(matrices);
    this.#occupation = occupationOf(shape, matrices, hardware, assumptions);
    this.#standby = new Standby(matrices, new Map([...hardware.values()].map(({ name, profile }) => [name, profile])));
    const pools = new Set(matrices.map(({ profile }) => hardware.get(profile)!.profile.pool));
    this.#pool = pools.size === 1 ? [...pools][0]! : 'mixed';
  }

  /** @throws OhmlightError `invalid_value` for a batch or context that cannot be */
  at(load: Load): Projection {
    const key = `${load.batch}/${load.context}`;
    let projection = this.#projections.get(key);
    if (!projection) this.#projections.set(key, (projection = this.#project(load)));
    return projection;
  }

  #project(load: Load): Projection {
    checkLoad(this.shape, load);
    const { batch, context } = load;
    const { elementBytes, amortisedOver } = this.assumptions;
    const { programming, reloading, tiles, chips, squareMetres } = this.#occupation;
    const accelerators = this.#occupation.accelerators(batch * cacheSize(this.shape, context, elementBytes));
    const step = emptyLedger();
    const run: RunPhase[] = [];
    for (const alike of this.#matrices) {
      const phase = this.#phase(alike, batch, accelerators.get(alike.profile) ?? 1);
      addSequential(step, times(phase, alike.matrices.length));
      for (const { layer, operation } of alike.matrices) run.push({ layer, operation, seconds: phase.seconds });
    }
    addSequential(step, reloading);
    const unit = stepUnitCost(this.digitalUnit, this.shape, load, elementBytes);
    addSequential(step, unit.ledger);
    addSequential(step, waiting(this.#standby.joules(run, step.seconds), accelerators));
    const token = shareOf(step, 1 / batch);
    addSequential(token, { ...shareOf(programming, 1 / amortisedOver), seconds: 0, reloads: 0 });
    const joules = totalJoules(token.joules);
    const band = joulesBand(token);
    return {
      placement: this.placement,
      pool: this.#pool,
      batch,
      context,
      seconds: step.seconds,
      tokensPerSecond: batch / step.seconds,
      joulesPerToken: joules,
      joulesPerTokenLow: band.low,
      joulesPerTokenHigh: band.high,
      joulesByComponent: token.joules,
      watts: (joules * batch) / step.seconds,
      dataMovementShare: dataMovementShare(token.joules),
      notArithmeticShare: notArithmeticShare(token.joules),
      digitalUnit: {
        seconds: unit.ledger.seconds,
        joules: totalJoules(unit.ledger.joules) / batch,
        units: unit.units,
        memories: unit.memories,
      },
      accelerators: [...accelerators.values()].reduce((sum, count) => sum + count, 0),
      tiles,
      chips,
      squareMetres,
      reloads: step.reloads,
      programming: { seconds: programming.seconds, joules: totalJoules(programming.joules) },
    };
  }

  #phase(alike: AlikeMatrices, batch: number, accelerators: number): Ledger {
    const { k, n, experts, profile } = alike;
    const key = `${profile}/${k}/${n}/${experts}/${batch}/${accelerators}`;
    let phase = this.#phases.get(key);
    if (!phase) {
      const load = this.shape.experts && expertLoad(batch, this.shape.experts.count, this.shape.experts.active);
      this.#phases.set(key, (phase = phaseLedger(this.hardware.get(profile)!, alike, batch, load, accelerators)));
    }
    return phase;
  }
}

/** One phase, of one of alike matrices. Experts that stay in tiles of their own work side by side; on accelerators they follow each other. */
function phaseLedger(
  hardware: Hardware,
  { k, n, experts }: AlikeMatrices,
  batch: number,
  load: ExpertLoad | null,
  count: number,
): Ledger {
  if (experts === 1 || !load) return hardware.execution(k, n, batch, count);
  const ledger = emptyLedger();
  for (const { rows, probability } of load.one)
    if (rows > 0) {
      const one = hardware.execution(k, n, rows, count);
      const expected = experts * probability;
      addSequential(ledger, { ...shareOf(one, expected), seconds: hardware.resident ? 0 : expected * one.seconds });
    }
  if (hardware.resident)
    for (const { rows, probability } of load.fullest)
      ledger.seconds += probability * hardware.execution(k, n, rows, count).seconds;
  return ledger;
}

/** Idle and holding power of what waits in a step (docs/reference/cost.md, Waiting), of every accelerator that there is. */
function waiting(joules: ReadonlyMap<string, number>, accelerators: ReadonlyMap<string, number>): Ledger {
  let idle = 0;
  for (const [profile, value] of joules) idle += (accelerators.get(profile) ?? 1) * value;
  return { ...emptyLedger(), joules: idle > 0 ? { idle } : {} };
}
