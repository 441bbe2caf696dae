import type { Projection } from './project.js';

/** Quantities that placements are compared in. */
export const QUANTITIES = { energy: 'joulesPerToken', time: 'seconds' } as const;
export type Quantity = keyof typeof QUANTITIES;

/** Where a placement and a rival change places along a grid of batches or contexts. */
export interface Crossing {
  readonly placement: string;
  readonly rival: string;
  readonly quantity: Quantity;
  readonly along: 'batch' | 'context';
  /** The other of batch and context. */
  readonly at: number;
  /** Whether the placement takes less at the grid's first point. */
  readonly better_first: boolean;
  /** Where they change places, interpolated; empty where one takes less throughout. */
  readonly points: readonly number[];
  /** First and last point of the grid. */
  readonly from: number;
  readonly to: number;
}

/** Points where ln a − ln b changes sign, linear in the logarithm of x between grid points. */
export function crossingPoints(x: readonly number[], a: readonly number[], b: readonly number[]): number[] {
  const points: number[] = [];
  for (let i = 1; i < x.length; i++) {
    const before = Math.log(a[i - 1]! / b[i - 1]!);
    const after = Math.log(a[i]! / b[i]!);
    if (before === 0 || before * after >= 0) continue;
    points.push(x[i - 1]! * (x[i]! / x[i - 1]!) ** (before / (before - after)));
  }
  return points;
}

/** @param own,rival projections of two placements along one grid, in its order */
export function crossingOf(
  own: readonly Projection[],
  rival: readonly Projection[],
  along: 'batch' | 'context',
  quantity: Quantity,
): Crossing {
  const x = own.map((point) => point[along]);
  const [a, b] = [own, rival].map((points) => points.map((point) => point[QUANTITIES[quantity]])) as [
    number[],
    number[],
  ];
  return {
    placement: own[0]!.placement,
    rival: rival[0]!.placement,
    quantity,
    along,
    at: own[0]![along === 'batch' ? 'context' : 'batch'],
    better_first: a[0]! < b[0]!,
    points: crossingPoints(x, a, b),
    from: x[0]!,
    to: x.at(-1)!,
  };
}
