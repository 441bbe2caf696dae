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
import type { Assumptions } from './assumptions.js';
import { stepUnitCost } from './digital-unit.js';
import { cacheSize } from './digital-work.js';
import { type ExpertLoad, expertLoad } from './experts.js';
import type { Hardware } from './hardware.js';
import { checkLoad, type Load } from './load.js';
import { matricesOf, type ShapedMatrix } from './matrices.js';
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

/**
 * @param hardware of every device profile that the rules name
 * @throws OhmlightError `invalid_value` for a batch or context that cannot be, or a placement that is not costed by shape
 */
export function project(
  shape: ModelShape,
  placement: Pick<Placement, 'name' | 'rules'>,
  hardware: ReadonlyMap<string, Hardware>,
  digitalUnit: DigitalUnitProfile,
  load: Load,
  assumptions: Assumptions,
): Projection {
  checkLoad(shape, load);
  const { batch, context } = load;
  const { elementBytes, amortisedOver } = assumptions;
  const matrices = matricesOf(shape, placement);
  const kv = batch * cacheSize(shape, context, elementBytes);
  const occupation = occupationOf(shape, matrices, hardware, kv, assumptions);
  const experts = shape.experts ? expertLoad(batch, shape.experts.count, shape.experts.active) : null;
  const step = emptyLedger();
  const run: RunPhase[] = [];
  for (const matrix of matrices) {
    const own = hardware.get(matrix.profile)!;
    const count = occupation.accelerators.get(matrix.profile) ?? 1;
    const phase = phaseLedger(own, matrix, batch, experts, count);
    addSequential(step, phase);
    run.push({ ...matrix, seconds: phase.seconds });
  }
  addSequential(step, occupation.reloading);
  const unit = stepUnitCost(digitalUnit, shape, load, elementBytes);
  addSequential(step, unit.ledger);
  addSequential(step, waiting(matrices, hardware, occupation, run, step.seconds));
  const { programming } = occupation;
  const token = shareOf(step, 1 / batch);
  addSequential(token, { ...shareOf(programming, 1 / amortisedOver), seconds: 0, reloads: 0 });
  const joules = totalJoules(token.joules);
  const band = joulesBand(token);
  const pools = new Set(matrices.map(({ profile }) => hardware.get(profile)!.profile.pool));
  return {
    placement: placement.name,
    pool: pools.size === 1 ? [...pools][0]! : 'mixed',
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
    accelerators: [...occupation.accelerators.values()].reduce((sum, count) => sum + count, 0),
    tiles: occupation.tiles,
    chips: occupation.chips,
    squareMetres: occupation.squareMetres,
    reloads: step.reloads,
    programming: { seconds: programming.seconds, joules: totalJoules(programming.joules) },
  };
}

/** One phase. Experts that stay in tiles of their own work side by side; on accelerators they follow each other. */
function phaseLedger(
  hardware: Hardware,
  { k, n, experts }: ShapedMatrix,
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

/**
 * Idle and holding power of what waits in a step (docs/reference/cost.md, Waiting), of every accelerator that there are. Of a
 * matrix with experts the tiles of all of them count as read while its phase runs.
 */
function waiting(
  matrices: readonly ShapedMatrix[],
  hardware: ReadonlyMap<string, Hardware>,
  { accelerators }: Occupation,
  run: readonly RunPhase[],
  seconds: number,
): Ledger {
  const profiles = new Map([...hardware.values()].map(({ name, profile }) => [name, profile]));
  let idle = 0;
  for (const [profile, joules] of new Standby(matrices, profiles).joules(run, seconds))
    idle += (accelerators.get(profile) ?? 1) * joules;
  return { ...emptyLedger(), joules: idle > 0 ? { idle } : {} };
}
