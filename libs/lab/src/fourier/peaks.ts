import type { Plane } from './fft.js';
import type { Place } from './pictures.js';

/** A bright place of an output. */
export interface Peak extends Place {
  /** Field, in parts of the brightest place's. */
  readonly value: number;
  /** Whether the letter stands there. */
  readonly letter: boolean;
}

/**
 * The brightest places of an output's real part, one more than there are letters; those nearer than `apart` places to a
 * brighter one are part of it.
 */
export function peaksOf(output: Plane, letters: readonly Place[], apart: number): Peak[] {
  const { size, re } = output;
  const order = Array.from(re.keys()).toSorted((a, b) => re[b]! - re[a]! || a - b);
  const found: number[] = [];
  const distance = (a: number, b: number): number => {
    const [dy, dx] = [Math.abs(Math.floor(a / size) - Math.floor(b / size)), Math.abs((a % size) - (b % size))];
    return Math.max(Math.min(dy, size - dy), Math.min(dx, size - dx));
  };
  for (const at of order) {
    if (found.length > letters.length) break;
    if (found.every((other) => distance(at, other) >= apart)) found.push(at);
  }
  return found.map((at) => {
    const [row, column] = [Math.floor(at / size), at % size];
    return {
      row,
      column,
      value: re[at]! / re[found[0]!]!,
      letter: letters.some((place) => place.row === row && place.column === column),
    };
  });
}
