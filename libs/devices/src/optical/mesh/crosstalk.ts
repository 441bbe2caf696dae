import { exp } from '@ohmlight/tile-engine';
import type { Lattice } from './lattice.js';

/** Where heaters stand; lengths in m. */
export interface Geometry {
  /** From the upper to the lower arm of an interferometer; the heater is on the upper one. */
  readonly arm_gap: number;
  /** From one interferometer to the next in a column, and from column to column. */
  readonly mzi_pitch: number;
  readonly column_pitch: number;
}

/**
 * Part of a heater's phase that a waveguide d metres away sees: the law of SCATTER (ScopeX-ASU), a polynomial
 * below 23 µm and an exponential beyond.
 */
export function heatAt(metres: number): number {
  const d = metres * 1e6;
  if (d >= 23) return 0.2167 * exp(-0.1275 * d);
  return ((((3.55e-7 * d - 1.56e-5) * d - 8.3e-6) * d + 9.9e-3) * d - 0.176) * d + 1;
}

/** Heat below this part of a heater's own is none. */
const NEGLIGIBLE = 1e-5;

/** A shifter of a mesh: its index among all (θ, φ, outputs) and where it stands. */
interface Shifter {
  readonly index: number;
  readonly kind: 'theta' | 'phi' | 'output';
  readonly mode: number;
  /** In columns; φ stands half a column ahead of θ. */
  readonly x: number;
}

function shiftersOf({ count, modes, mode, column }: Lattice): Shifter[] {
  const shifters: Shifter[] = [];
  for (let place = 0; place < count; place++) {
    shifters.push({ index: place, kind: 'theta', mode: mode[place]!, x: column[place]! + 0.5 });
    shifters.push({ index: count + place, kind: 'phi', mode: mode[place]!, x: column[place]! });
  }
  for (let m = 0; m < modes; m++) shifters.push({ index: 2 * count + m, kind: 'output', mode: m, x: modes });
  return shifters;
}

/** Heat of neighbouring heaters: each shifter's phase grows by Σ γ·(phase of the other). */
export class Crosstalk {
  readonly #to: Int32Array;
  readonly #from: Int32Array;
  readonly #part: Float64Array;
  readonly #added: Float64Array;

  private constructor(lattice: Lattice, pairs: readonly (readonly [to: number, from: number, part: number])[]) {
    this.#to = Int32Array.from(pairs, ([to]) => to);
    this.#from = Int32Array.from(pairs, ([, from]) => from);
    this.#part = Float64Array.from(pairs, ([, , part]) => part);
    this.#added = new Float64Array(2 * lattice.count + lattice.modes);
  }

  /** A part c of the four nearest: the shifters before and behind on the waveguide, those above and below in the column. */
  static neighbours(lattice: Lattice, c: number): Crosstalk {
    const shifters = shiftersOf(lattice);
    const pairs: [number, number, number][] = [];
    const both = (a: Shifter, b: Shifter): void => void pairs.push([a.index, b.index, c], [b.index, a.index, c]);
    for (let m = 0; m < lattice.modes; m++) {
      const row = shifters.filter(({ mode }) => mode === m).sort((a, b) => a.x - b.x);
      for (let i = 1; i < row.length; i++) both(row[i - 1]!, row[i]!);
    }
    const at = new Map(shifters.map((shifter) => [`${shifter.x} ${shifter.mode}`, shifter]));
    for (const shifter of shifters) {
      const below = at.get(`${shifter.x} ${shifter.mode + (shifter.kind === 'output' ? 1 : 2)}`);
      if (below) both(shifter, below);
    }
    return new Crosstalk(lattice, pairs);
  }

  /**
   * γ(upper arm) − γ(lower arm) of every heater nearby; an output has no second arm. A waveguide lies every half
   * mzi_pitch; what heats both arms alike, and heat from beyond half a column, is left out.
   */
  static layout(lattice: Lattice, { arm_gap, mzi_pitch, column_pitch }: Geometry): Crosstalk {
    const shifters = shiftersOf(lattice);
    const pairs: [number, number, number][] = [];
    const columns = Map.groupBy(shifters, ({ x }) => x);
    for (const to of shifters)
      for (const from of [to.x - 0.5, to.x, to.x + 0.5].flatMap((x) => columns.get(x) ?? [])) {
        if (to === from) continue;
        const dx = (to.x - from.x) * column_pitch;
        const dy = ((to.mode - from.mode) * mzi_pitch) / 2;
        const lower = to.kind === 'output' ? 0 : heatAt(distance(dx, dy + arm_gap));
        const part = heatAt(distance(dx, dy)) - lower;
        if (Math.abs(part) > NEGLIGIBLE) pairs.push([to.index, from.index, part]);
      }
    return new Crosstalk(lattice, pairs);
  }

  /** Adds to every phase the part `left` of what the heaters around it, at `heat`, make of it. */
  add(phases: Float64Array, heat: Float64Array, left: number): void {
    const added = this.#added;
    added.fill(0);
    for (let i = 0; i < this.#to.length; i++) added[this.#to[i]!]! += this.#part[i]! * heat[this.#from[i]!]!;
    for (let i = 0; i < added.length; i++) phases[i]! += left * added[i]!;
  }
}

const distance = (x: number, y: number): number => Math.sqrt(x * x + y * y);
