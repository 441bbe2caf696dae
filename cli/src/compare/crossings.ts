import { type Component, COMPONENTS, OhmlightError, type Pool, totalJoules } from '@ohmlight/contracts';
import type { Subject } from '@ohmlight/evaluation';
import {
  compareBatches,
  type Comparison,
  type CrossingRange,
  type Regime,
  rowCost,
  shapeCosts,
  shapeRegime,
  type Shapes,
  type StepCost,
} from '@ohmlight/projection';
import { createTileEngine } from '@ohmlight/tile-engine';
import { remembered } from './remembered.js';

/** Batches that are looked at unless stated: powers of two to 2²⁰. */
export const CROSSING_BATCHES: readonly number[] = Array.from({ length: 21 }, (_, i) => 2 ** i);

/** Bytes of an element of the residual stream and of the KV cache unless stated: f32, as served models have them. */
export const SERVED_ELEMENT_BYTES = 4;

interface ComparisonRow {
  readonly ranges: readonly CrossingRange[];
  readonly ratio: number;
  readonly row_ratio: number;
}

/** How a placement compares with one other over batches; docs/reference/cli.md describes the fields. */
export interface CrossingRow {
  readonly against: string;
  readonly seconds: ComparisonRow;
  readonly joules: ComparisonRow;
}

/** What the matmuls of a placement's decode steps take, and its devices between them, by batch, from shapes alone. */
export interface ShapeRow {
  readonly placement: string;
  readonly pool: Pool | 'mixed';
  readonly description: string;
  /** Of a step of one sequence. */
  readonly seconds: number;
  readonly joules: number;
  readonly reload_seconds: number;
  readonly reloads: number;
  /** Of one row more, at the largest batch. */
  readonly row_seconds: number;
  readonly row_joules: number;
  readonly row_joules_by_component: Partial<Record<Component, number>>;
  readonly batches: readonly { readonly batch: number; readonly seconds: number; readonly joules: number }[];
  readonly crossing: readonly CrossingRow[];
}

export interface Crossings {
  /** Of every placement whose cost follows from shapes. */
  readonly rows: readonly ShapeRow[];
  /** Placements whose cost follows from operands too. */
  readonly others: readonly string[];
}

/**
 * Placements against others, over batches.
 * @throws OhmlightError `invalid_value` where the cost of one that is compared against does not follow from shapes
 */
export function crossingsOf(
  subjects: readonly Subject[],
  against: readonly Subject[],
  batches: readonly number[],
  shapes: Shapes,
): Crossings {
  const engine = createTileEngine();
  const costOf = remembered((subject: Subject) => {
    const cost = shapeCosts(subject, shapes, engine);
    return cost && remembered(cost);
  });
  const opponents = against.map((subject) => {
    const cost = costOf(subject);
    if (cost) return { name: subject.placement.name, cost };
    throw new OhmlightError(
      'invalid_value',
      `what ${subject.placement.name} takes follows from activations too; name a placement with --against whose cost follows from shapes, like digital-fp32`,
    );
  });
  const rows: ShapeRow[] = [];
  const others: string[] = [];
  for (const subject of subjects) {
    const cost = costOf(subject);
    if (!cost) {
      others.push(subject.placement.name);
      continue;
    }
    const rivals = opponents.filter(({ name }) => name !== subject.placement.name);
    const regime = remembered(shapeRegime(subject, shapes));
    const crossing = rivals.map((rival) => compared(cost, rival.cost, rival.name, batches, regime));
    rows.push({ ...costsOf(subject, cost, batches), crossing });
  }
  return { rows, others };
}

/** Placements that rows are held against, in the order of the rows. */
export function opponentsIn(rows: readonly ShapeRow[]): string[] {
  const names = new Set(rows.flatMap(({ crossing }) => crossing.map(({ against }) => against)));
  return rows.map(({ placement }) => placement).filter((placement) => names.has(placement));
}

function compared(
  own: StepCost,
  other: StepCost,
  against: string,
  batches: readonly number[],
  regime: Regime,
): CrossingRow {
  const { seconds, joules } = compareBatches(own, other, batches, regime);
  const row = ({ ranges, ratio, rowRatio }: Comparison): ComparisonRow => ({ ranges, ratio, row_ratio: rowRatio });
  return { against, seconds: row(seconds), joules: row(joules) };
}

function costsOf(
  { placement, devices }: Subject,
  cost: StepCost,
  batches: readonly number[],
): Omit<ShapeRow, 'crossing'> {
  const one = cost(1);
  const last = batches.at(-1)!;
  const [at, twice] = [cost(last), cost(2 * last)];
  const parts = COMPONENTS.map((name) => [name, ((twice.joules[name] ?? 0) - (at.joules[name] ?? 0)) / last] as const);
  const pools = new Set(Object.values(devices).map(({ pool }) => pool));
  return {
    placement: placement.name,
    pool: pools.size === 1 ? [...pools][0]! : 'mixed',
    description: placement.description,
    seconds: one.seconds,
    joules: totalJoules(one.joules),
    reload_seconds: one.reloadSeconds,
    reloads: one.reloads,
    row_seconds: rowCost(cost, 'seconds', last),
    row_joules: rowCost(cost, 'joules', last),
    row_joules_by_component: Object.fromEntries(parts.filter(([, joules]) => joules !== 0)),
    batches: batches.map((batch) => {
      const { seconds, joules } = cost(batch);
      return { batch, seconds, joules: totalJoules(joules) };
    }),
  };
}
