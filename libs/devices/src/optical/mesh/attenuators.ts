import { angleOf, writeUnit } from '../common/angles.js';
import { type Fields, scaleMode } from './propagate.js';
import { quantise } from './settings.js';
import { Splitters } from './splitters.js';
import type { Imperfections } from './imperfections.js';
import { amplitude, NORMALS } from './mesh.js';

/**
 * A row of interferometers between two meshes, of each of which one way is used. It lets through
 * T₁₁ = i·e^(iθ/2)·(S·cos d + iC·sin p), S = sin θ/2 and C = cos θ/2, in magnitude sin|p| … cos d.
 */
export class Attenuators {
  readonly theta: Float64Array;
  readonly #actual: Float64Array;
  readonly #splitters: Splitters;
  readonly #ideal: Splitters;
  readonly #unit = new Float64Array(2);

  constructor(
    readonly modes: number,
    readonly imperfections: Imperfections,
  ) {
    this.theta = new Float64Array(modes);
    this.#actual = new Float64Array(modes);
    this.#splitters = new Splitters(modes);
    this.#ideal = new Splitters(modes);
  }

  /**
   * Sets amplitudes of 0 … 1. Writes to `carried` the phases that the light lacks behind them; normals from `at` on are
   * like those of interferometers (φ stands before the row and is the mesh's).
   */
  program(amplitudes: Float64Array, z: Float32Array, at: number, carried: Float64Array): void {
    const { phaseError, splitterError, phaseBits, selfConfigured } = this.imperfections;
    const unit = this.#unit;
    for (let m = 0, from = at + 2; m < this.modes; m++, from += NORMALS) {
      if (splitterError > 0) this.#splitters.set(m, splitterError * z[from]!, splitterError * z[from + 1]!);
      const { sinP, sinD, cosD } = selfConfigured ? this.#splitters : this.#ideal;
      const p = sinP[m]!;
      const d = sinD[m]!;
      const wanted = amplitudes[m]! * amplitudes[m]!;
      const span = 1 - d * d - p * p;
      // Out of reach: the phases of ideal splitters, and the error in the other quadrature (configure.ts).
      const missed = wanted < p * p || 1 - wanted < d * d;
      const s = missed ? amplitudes[m]! : Math.sqrt((wanted - p * p) / span);
      const c = missed ? Math.sqrt(1 - wanted) : Math.sqrt((1 - wanted - d * d) / span);
      this.theta[m] = 2 * angleOf(s, c);
      // The phase of (i·e^(iθ/2)·(S·cos d + iC·sin p))*.
      writeUnit(unit, this.theta[m]! / 2);
      transmitted(unit, cosD[m]!, missed ? 0 : p);
      const norm = Math.sqrt(unit[0]! * unit[0]! + unit[1]! * unit[1]!);
      carried[2 * m] = norm === 0 ? 1 : unit[0]! / norm;
      carried[2 * m + 1] = norm === 0 ? 0 : -unit[1]! / norm;
    }
    quantise(this.theta, phaseBits);
    for (let m = 0; m < this.modes; m++) this.#actual[m] = this.theta[m]! + phaseError * z[at + NORMALS * m]!;
  }

  propagate(fields: Fields): void {
    const unit = this.#unit;
    const transmission = amplitude(this.imperfections.loss);
    for (let m = 0; m < this.modes; m++) {
      writeUnit(unit, this.#actual[m]! / 2);
      transmitted(unit, this.#splitters.cosD[m]!, this.#splitters.sinP[m]!);
      scaleMode(fields, m, transmission * unit[0]!, transmission * unit[1]!);
    }
  }
}

/** (C, S) of θ/2 → i·(C + iS)·(S·cos d + iC·sin p). */
function transmitted(unit: Float64Array, cosD: number, sinP: number): void {
  const c = unit[0]!;
  const s = unit[1]!;
  const re = s * cosD;
  const im = c * sinP;
  unit[0] = -s * re - c * im;
  unit[1] = c * re - s * im;
}
