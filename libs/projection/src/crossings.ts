import type { Load } from './load.js';
import type { Projection } from './project.js';
import { type CrossingRange, rangesBelow } from './ranges.js';

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

/** A placement's projections by load. */
export interface Projector {
  readonly placement: string;
  readonly at: (load: Load) => Projection;
}

/** @param grid batches or contexts, ascending */
export function crossingOf(
  own: Projector,
  rival: Projector,
  quantity: Quantity,
  { along, at, grid }: Pick<Crossing, 'along' | 'at'> & { readonly grid: readonly number[] },
): Crossing {
  const value = (one: Projector, point: number): number =>
    one.at(along === 'batch' ? { batch: point, context: at } : { batch: at, context: point })[QUANTITIES[quantity]];
  return {
    placement: own.placement,
    rival: rival.placement,
    quantity,
    along,
    at,
    ranges: rangesBelow((point) => value(own, point) < value(rival, point), grid),
    from: grid[0]!,
    to: grid.at(-1)!,
  };
}
