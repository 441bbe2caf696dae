import type { Load } from './load.js';
import type { Projection, Projector } from './project.js';
import { type CrossingRange, rangesBelow, REGIMES } from './ranges.js';

/** Quantities that placements are compared in. */
export const QUANTITIES = { energy: 'joulesPerToken', time: 'seconds' } as const;
export type Quantity = keyof typeof QUANTITIES;

/** Where a placement and a rival change places along a grid of batches or contexts. */
export interface Crossing {
  readonly placement: string;
  readonly rival: string;
  readonly quantity: Quantity;
  readonly along: keyof Load;
  /** The other of batch and context. */
  readonly at: number;
  /** Batches or contexts at which the placement takes less. */
  readonly ranges: readonly CrossingRange[];
  /** First and last point of the grid. */
  readonly from: number;
  readonly to: number;
}

/** Projections of a placement by load. */
export type Projections = Pick<Projector, 'placement' | 'at'>;

/** @param grid batches or contexts, ascending */
export function crossingOf(
  own: Projections,
  rival: Projections,
  quantity: Quantity,
  { along, at, grid }: Pick<Crossing, 'along' | 'at'> & { readonly grid: readonly number[] },
): Crossing {
  const of = (one: Projections, point: number): Projection =>
    one.at(along === 'batch' ? { batch: point, context: at } : { batch: at, context: point });
  const value = (one: Projections, point: number): number => of(one, point)[QUANTITIES[quantity]];
  const regime = (point: number): string => {
    const [ours, theirs] = [of(own, point), of(rival, point)];
    const counts = [ours.digitalUnit.memories, ours.accelerators, theirs.accelerators];
    return counts.map((count) => Math.min(count, REGIMES)).join('/');
  };
  return {
    placement: own.placement,
    rival: rival.placement,
    quantity,
    along,
    at,
    ranges: rangesBelow((point) => value(own, point) < value(rival, point), grid, regime),
    from: grid[0]!,
    to: grid.at(-1)!,
  };
}
