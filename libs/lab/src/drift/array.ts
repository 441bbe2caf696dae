import { type Cell, compensated, crossbarArray, type Frame } from '@ohmlight/devices/electronic';

export type Compensation = 'none' | 'global' | 'column';
export const COMPENSATIONS: readonly Compensation[] = ['none', 'global', 'column'];

export interface Matrix {
  readonly k: number;
  readonly n: number;
  /** Row-major n × k. */
  readonly weights: Float32Array;
}

/** What an array makes of its weights at an age. */
export interface ArrayError {
  /** Slope of the stored weights against those that were meant, and rms of what is left, of the rms weight. */
  readonly gain: number;
  readonly spread: number;
  /** ‖W′ − W‖/‖W‖: both together. */
  readonly error: number;
}

/** An array of drawn devices that can be looked at in any condition. */
export class DriftingArray {
  readonly #frame: Frame;
  readonly #array: ReturnType<typeof crossbarArray>;
  readonly #fresh: Float64Array;

  constructor(
    frame: Frame,
    cell: Cell,
    readonly matrix: Matrix,
    chipSeed: bigint,
    name: string,
  ) {
    // Wires and converters are other experiments.
    this.#frame = { ...frame, wire_model: 'none' };
    this.#array = crossbarArray(this.#frame, cell, {
      ...matrix,
      columnStart: 0,
      chipSeed,
      matrix: `lab/drift/${name}`,
    });
    this.#fresh = this.#array.at(0).columnSums;
  }

  /** Effective weights at age t, drift measured at that moment. */
  at(t: number, compensation: Compensation): Float32Array {
    const state = this.#array.at(t);
    if (compensation === 'none') return state.weights;
    const { k, n } = this.matrix;
    const frame = { ...this.#frame, compensation };
    return compensated(frame, state, this.#fresh, state.columnSums.slice(), this.#array, k, n).weights;
  }
}

export function errorOf(stored: Float32Array, meant: Float32Array): ArrayError {
  let [product, square, power] = [0, 0, 0];
  for (let i = 0; i < meant.length; i++) {
    product += stored[i]! * meant[i]!;
    square += meant[i]! * meant[i]!;
    power += stored[i]! * stored[i]!;
  }
  const gain = product / square;
  return {
    gain,
    spread: Math.sqrt(Math.max(0, power / square - gain * gain)),
    error: Math.sqrt(Math.max(0, (power - 2 * product + square) / square)),
  };
}
