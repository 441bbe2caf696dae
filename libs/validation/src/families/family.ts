import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';

/** Figures of one kind of hardware or law. */
export interface Family {
  readonly name: string;
  /** Computes ours; the same on every machine. */
  figures(bench: Bench): Iterable<Figure>;
}

/** Sum of components of a ledger, J. */
export const sumOf = (joules: Readonly<Record<string, number | undefined>>, components: readonly string[]): number =>
  components.reduce((sum, component) => sum + (joules[component] ?? 0), 0);

/** Components that a tile itself draws: bytes that it moves, and what memories take, are not in published macros. */
export const TILE = ['dac', 'array', 'adc', 'driver', 'idle'] as const;
