import { type Ledger, totalJoules } from '@ohmlight/contracts';
import type { Quantity } from './quantity.js';

/** For each uncertain value of a profile: all bare values, with that one at its low end and at its high end. */
export type Ends<P> = readonly (readonly [low: P, high: P])[];

/** The ends of a profile's values; empty where it gives none. */
export function endsOf<P>(parameters: Readonly<Record<string, Quantity<unknown>>>): Ends<P> {
  const nominal = Object.fromEntries(Object.entries(parameters).map(([name, { value }]) => [name, value]));
  return Object.entries(parameters).flatMap(([name, { low, high }]) =>
    low === undefined || high === undefined
      ? []
      : [[{ ...nominal, [name]: low } as P, { ...nominal, [name]: high } as P] as const],
  );
}

/**
 * A ledger with how far its total may lie off: the cost evaluated at both ends of each uncertain value, the others
 * nominal. Deviations of several values add up, as if all erred together.
 */
export function withBand<P>(nominal: P, ends: Ends<P>, cost: (p: P) => Ledger): Ledger {
  const ledger = cost(nominal);
  if (ends.length === 0) return ledger;
  const total = totalJoules(ledger.joules);
  let { joulesBelow, joulesAbove } = ledger;
  for (const pair of ends) {
    const changes = pair.map((p) => totalJoules(cost(p).joules) - total);
    joulesBelow -= Math.min(0, ...changes);
    joulesAbove += Math.max(0, ...changes);
  }
  return { ...ledger, joulesBelow, joulesAbove };
}
